package weekly

import (
	"context"
	"encoding/base64"
	"fmt"

	"github.com/footfall-analytics/footfall/pkg/dashboard/delivery"
	"github.com/footfall-analytics/footfall/pkg/mail"
	"github.com/footfall-analytics/footfall/pkg/sites"
)

// edition is a report ready to be sent or shown.
type edition struct {
	Report
	png []byte
}

// edition makes a report and its picture, asking as whoever stands in the context.
func (w *Weekly) edition(ctx context.Context, site sites.Site, week Week) (*edition, error) {
	r, err := w.Build(ctx, site, week)
	if err != nil {
		return nil, err
	}
	png, err := r.Picture()
	if err != nil {
		return nil, err
	}
	return &edition{r, png}, nil
}

// pictureName is what the HTML calls the picture in a mail.
const pictureName = "chart.png"

// message is the report as mail. The templates are ours: that they fail is found by the tests.
func (e *edition) message(to string) mail.Message {
	return mail.Message{
		ID: e.ID, To: to, Subject: e.subject(), Date: e.Made,
		Text: e.text(), HTML: e.html("cid:" + pictureName), Pictures: []mail.Picture{{Name: pictureName, PNG: e.png}},
	}
}

func (e *edition) subject() string {
	prefix := ""
	if e.Test {
		prefix = "Test: "
	}
	return prefix + delivery.OneLine(fmt.Sprintf("%s: %s visits in week %s", e.Site, shown(e.Totals["sessions"], delivery.Count), e.Week), 200)
}

// page is the report as one HTML file that needs no other.
func (e *edition) page() string {
	return e.html("data:image/png;base64," + base64.StdEncoding.EncodeToString(e.png))
}
