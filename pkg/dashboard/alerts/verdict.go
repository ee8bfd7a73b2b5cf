package alerts

import "math"

// Verdict says whether a rule's condition is true.
type Verdict string

// The verdicts.
const (
	Holds   Verdict = "holds"
	Clear   Verdict = "clear"
	Unknown Verdict = "unknown" // no alert, and no end of one
)

// reading is what a rule looks at; nil is unknown.
type reading struct {
	value *float64
	// same are the figures of the same weekday of the weeks before, for rules on what is usual.
	same []*float64
}

// comparedWeeks is how many of the same weekdays say what is usual, spreads how many standard deviations
// a day may lie around them.
const (
	comparedWeeks = 4
	spreads       = 3
)

// judge compares a reading with the rule's condition, and says what is usual where the rule asks.
func (r Rule) judge(in reading) (Verdict, *float64) {
	if in.value == nil {
		return Unknown, nil
	}
	v := *in.value
	switch {
	case r.Above != nil:
		return verdict(v > *r.Above), nil
	case r.Below != nil:
		return verdict(v < *r.Below), nil
	case r.BeaconShareBelow != nil:
		return verdict(v < *r.BeaconShareBelow), nil
	case r.NoData != nil:
		return verdict(v >= r.NoData.Seconds()), nil
	}
	mean, spread, known := usual(in.same)
	if !known {
		return Unknown, nil
	}
	off := math.Abs(v - mean)
	return verdict(off > *r.DeviatesPercent/100*mean && off > spreads*spread), &mean
}

func verdict(holds bool) Verdict {
	if holds {
		return Holds
	}
	return Clear
}

// usual is the mean of days and their standard deviation over one degree of freedom less than days;
// unknown when one of the days is.
func usual(days []*float64) (mean, spread float64, known bool) {
	if len(days) != comparedWeeks {
		return 0, 0, false
	}
	for _, d := range days {
		if d == nil {
			return 0, 0, false
		}
		mean += *d / comparedWeeks
	}
	for _, d := range days {
		spread += (*d - mean) * (*d - mean)
	}
	return mean, math.Sqrt(spread / (comparedWeeks - 1)), true
}
