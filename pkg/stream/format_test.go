package stream

import (
	"os"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/footfall-analytics/footfall/pkg/event"
	"github.com/footfall-analytics/footfall/pkg/stream/eventpb"
)

// TestFormatOnlyGrows compares the generated code with the released image that `buf breaking` uses,
// so that a broken format shows under plain `go test` too.
func TestFormatOnlyGrows(t *testing.T) {
	released := releasedFormat(t)
	now := eventpb.File_event_proto
	for i := range released.Messages().Len() {
		old := released.Messages().Get(i)
		message := now.Messages().ByName(old.Name())
		if message == nil {
			t.Errorf("message %s is gone", old.Name())
			continue
		}
		compareFields(t, old, message)
	}
	for i := range released.Enums().Len() {
		old := released.Enums().Get(i)
		for j := range old.Values().Len() {
			want := old.Values().Get(j)
			got := now.Enums().ByName(old.Name()).Values().ByName(want.Name())
			if got == nil || got.Number() != want.Number() {
				t.Errorf("%s has changed: %v", want.FullName(), got)
			}
		}
	}
}

func compareFields(t *testing.T, old, now protoreflect.MessageDescriptor) {
	t.Helper()
	for i := range old.Fields().Len() {
		want := old.Fields().Get(i)
		got := now.Fields().ByNumber(want.Number())
		if got == nil || got.Name() != want.Name() || got.Kind() != want.Kind() || got.Cardinality() != want.Cardinality() {
			t.Errorf("%s = %d has changed: %v", want.FullName(), want.Number(), got)
		}
	}
}

func releasedFormat(t *testing.T) protoreflect.FileDescriptor {
	t.Helper()
	b, err := os.ReadFile("../../schemas/testdata/event.v1.binpb")
	if err != nil {
		t.Fatal(err)
	}
	var set descriptorpb.FileDescriptorSet
	if err := proto.Unmarshal(b, &set); err != nil {
		t.Fatal(err)
	}
	files, err := protodesc.NewFiles(&set)
	if err != nil {
		t.Fatal(err)
	}
	file, err := files.FindFileByPath("event.proto")
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// TestNumbersAreTheEvents holds the enums of the format and of package event together.
func TestNumbersAreTheEvents(t *testing.T) {
	f := func(got protoreflect.Enum, want uint8) {
		t.Helper()
		if int(got.Number()) != int(want) {
			t.Errorf("%v is %d in the format, %d in package event", got, got.Number(), want)
		}
	}
	f(eventpb.Kind_KIND_PAGEVIEW, uint8(event.Pageview))
	f(eventpb.Kind_KIND_ENGAGEMENT, uint8(event.Engagement))
	f(eventpb.Kind_KIND_CUSTOM, uint8(event.Custom))
	f(eventpb.Witness_WITNESS_BEACON, uint8(event.Beacon))
	f(eventpb.Witness_WITNESS_PIXEL, uint8(event.Pixel))
	f(eventpb.Witness_WITNESS_LOG, uint8(event.LogLine))
	f(eventpb.Witness_WITNESS_API, uint8(event.API))
	f(eventpb.AddressMode_ADDRESS_MODE_FULL, uint8(event.Full))
	f(eventpb.AddressMode_ADDRESS_MODE_TRUNCATED, uint8(event.Truncated))
	f(eventpb.AddressMode_ADDRESS_MODE_KEYED, uint8(event.Keyed))
}
