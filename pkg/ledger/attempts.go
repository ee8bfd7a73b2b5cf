package ledger

// Attempts are the runs of a day in short.
type Attempts struct {
	Date   Date
	Zone   string
	Count  uint64
	Newest Run
	// Published is the newest run that has published the day; without one its state is empty. It has no rows
	// and checksums.
	Published Run
}
