package faults

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// topic is the harness's own look at Kafka, with another client than the services have.
type topic struct {
	name, group string
	addr        string
	client      *kgo.Client
}

// place is where a record stands in the topic.
type place struct {
	partition int32
	offset    int64
}

func (p place) String() string { return fmt.Sprintf("%d:%d", p.partition, p.offset) }

// askTimeout bounds one question to Kafka.
const askTimeout = 10 * time.Second

func openTopic(addr, name, group string) (*topic, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerBatchMaxBytes(12<<20),
		kgo.RequestTimeoutOverhead(askTimeout), kgo.RetryTimeout(askTimeout))
	if err != nil {
		return nil, fmt.Errorf("open kafka at %s: %w", addr, err)
	}
	return &topic{name: name, group: group, addr: addr, client: client}, nil
}

func asking() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), askTimeout)
}

// offsets asks for an offset of every partition: -2 is the first, -1 the next one to be written.
func (k *topic) offsets(partitions int, which int64) (map[int32]int64, error) {
	ctx, cancel := asking()
	defer cancel()
	req := kmsg.NewPtrListOffsetsRequest()
	req.ReplicaID = -1
	of := kmsg.NewListOffsetsRequestTopic()
	of.Topic = k.name
	for p := range int32(partitions) {
		one := kmsg.NewListOffsetsRequestTopicPartition()
		one.Partition, one.Timestamp = p, which
		of.Partitions = append(of.Partitions, one)
	}
	req.Topics = append(req.Topics, of)
	found := map[int32]int64{}
	answer, err := req.RequestWith(ctx, k.client)
	if err != nil {
		return nil, fmt.Errorf("list offsets of %s: %w", k.name, err)
	}
	for _, t := range answer.Topics {
		for _, p := range t.Partitions {
			if err := kerr.ErrorForCode(p.ErrorCode); err != nil {
				return nil, fmt.Errorf("list offsets of %s: %w", k.name, err)
			}
			found[p.Partition] = p.Offset
		}
	}
	return found, nil
}

func (k *topic) first(partitions int) (map[int32]int64, error) { return k.offsets(partitions, -2) }
func (k *topic) ends(partitions int) (map[int32]int64, error)  { return k.offsets(partitions, -1) }

// committed asks for the group's offsets; a partition without one is missing.
func (k *topic) committed(partitions int) (map[int32]int64, error) {
	ctx, cancel := asking()
	defer cancel()
	req := kmsg.NewPtrOffsetFetchRequest()
	of := kmsg.NewOffsetFetchRequestGroupTopic()
	of.Topic = k.name
	single := kmsg.NewOffsetFetchRequestTopic()
	single.Topic = k.name
	for p := range int32(partitions) {
		of.Partitions = append(of.Partitions, p)
		single.Partitions = append(single.Partitions, p)
	}
	group := kmsg.NewOffsetFetchRequestGroup()
	group.Group, group.Topics = k.group, append(group.Topics, of)
	req.Group, req.Topics = k.group, append(req.Topics, single)
	req.Groups = append(req.Groups, group)
	answer, err := req.RequestWith(ctx, k.client)
	if err != nil {
		return nil, fmt.Errorf("fetch offsets of %s: %w", k.group, err)
	}
	found := map[int32]int64{}
	for _, g := range answer.Groups {
		for _, t := range g.Topics {
			for _, p := range t.Partitions {
				if p.ErrorCode == 0 && p.Offset >= 0 {
					found[p.Partition] = p.Offset
				}
			}
		}
	}
	for _, t := range answer.Topics {
		for _, p := range t.Partitions {
			if p.ErrorCode == 0 && p.Offset >= 0 {
				found[p.Partition] = p.Offset
			}
		}
	}
	return found, nil
}

// expel takes all members out of the group, as the end of their sessions would: a consumer that was
// killed has not left, and the next one would wait for it.
func (k *topic) expel() error {
	ctx, cancel := asking()
	defer cancel()
	describe := kmsg.NewPtrDescribeGroupsRequest()
	describe.Groups = []string{k.group}
	answer, err := describe.RequestWith(ctx, k.client)
	if err != nil {
		return fmt.Errorf("describe group %s: %w", k.group, err)
	}
	leave := kmsg.NewPtrLeaveGroupRequest()
	leave.Group = k.group
	for _, g := range answer.Groups {
		for _, m := range g.Members {
			one := kmsg.NewLeaveGroupRequestMember()
			one.MemberID = m.MemberID
			leave.Members = append(leave.Members, one)
		}
	}
	if len(leave.Members) == 0 {
		return nil
	}
	if _, err := leave.RequestWith(ctx, k.client); err != nil {
		return fmt.Errorf("expel %d members of %s: %w", len(leave.Members), k.group, err)
	}
	return nil
}

// read returns every record from first up to end, by place.
func (k *topic) read(t testing.TB, first, end map[int32]int64) map[place]*kgo.Record {
	t.Helper()
	from, missing := map[int32]kgo.Offset{}, map[int32]int64{}
	for p, to := range end {
		if n := to - first[p]; n > 0 {
			from[p], missing[p] = kgo.NewOffset().At(first[p]), n
		}
	}
	records := map[place]*kgo.Record{}
	if len(from) == 0 {
		return records
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(k.addr), kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{k.name: from}))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for slices.ContainsFunc(slices.Collect(maps.Values(missing)), func(n int64) bool { return n > 0 }) {
		fetches := client.PollFetches(ctx)
		if ctx.Err() != nil {
			t.Fatalf("the topic does not give its records: %v are missing", missing)
		}
		fetches.EachRecord(func(r *kgo.Record) {
			if r.Offset < end[r.Partition] {
				records[place{r.Partition, r.Offset}] = r
				missing[r.Partition]--
			}
		})
	}
	return records
}

// create makes the topic with settings of its own, before the services do.
func (k *topic) create(t testing.TB, settings map[string]string) {
	t.Helper()
	req := kmsg.NewPtrCreateTopicsRequest()
	of := kmsg.NewCreateTopicsRequestTopic()
	of.Topic, of.NumPartitions, of.ReplicationFactor = k.name, partitions, 1
	for name, value := range settings {
		one := kmsg.NewCreateTopicsRequestTopicConfig()
		one.Name, one.Value = name, &value
		of.Configs = append(of.Configs, one)
	}
	req.Topics, req.TimeoutMillis = append(req.Topics, of), 5000
	ctx, cancel := asking()
	defer cancel()
	answer, err := req.RequestWith(ctx, k.client)
	if err == nil {
		err = kerr.ErrorForCode(answer.Topics[0].ErrorCode)
	}
	if err != nil {
		t.Fatalf("create topic %s: %v", k.name, err)
	}
}

// write puts a record into a partition, with the header of the events' version unless it is "".
func (k *topic) write(t testing.TB, partition int32, version string, value []byte) place {
	t.Helper()
	r := &kgo.Record{Topic: k.name, Partition: partition, Value: value}
	if version != "" {
		r.Headers = []kgo.RecordHeader{{Key: "v", Value: []byte(version)}}
	}
	ctx, cancel := asking()
	defer cancel()
	written, err := k.client.ProduceSync(ctx, r).First()
	if err != nil {
		t.Fatalf("write a record to partition %d: %v", partition, err)
	}
	return place{written.Partition, written.Offset}
}

// forget deletes a partition's records before an offset, as retention does.
func (k *topic) forget(t testing.TB, before map[int32]int64) {
	t.Helper()
	req := kmsg.NewPtrDeleteRecordsRequest()
	of := kmsg.NewDeleteRecordsRequestTopic()
	of.Topic = k.name
	for p, offset := range before {
		one := kmsg.NewDeleteRecordsRequestTopicPartition()
		one.Partition, one.Offset = p, offset
		of.Partitions = append(of.Partitions, one)
	}
	req.Topics, req.TimeoutMillis = append(req.Topics, of), 5000
	ctx, cancel := asking()
	defer cancel()
	for _, shard := range k.client.RequestSharded(ctx, req) {
		if shard.Err != nil {
			t.Fatalf("delete records of %s: %v", k.name, shard.Err)
		}
		for _, tp := range shard.Resp.(*kmsg.DeleteRecordsResponse).Topics {
			for _, p := range tp.Partitions {
				if err := kerr.ErrorForCode(p.ErrorCode); err != nil {
					t.Fatalf("delete records of %s, partition %d: %v", k.name, p.Partition, err)
				}
			}
		}
	}
}
