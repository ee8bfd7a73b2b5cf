package weekly

import "github.com/footfall-analytics/footfall/pkg/dashboard/delivery"

// item is a week's report of a site for one recipient.
type item struct {
	site string
	week Week
	door door
}

func (i item) key() delivery.Item {
	return delivery.Item{"report": "weekly", "site": i.site, "week": i.week.Monday.String(), "channel": i.door.channel, "recipient": delivery.Digest(i.door.to)}
}

func journalOf(s delivery.Store) delivery.Journal {
	return delivery.Journal{Store: s, Attempts: "dashboard/report_attempts", Write: "record_report"}
}
