package chserver

// turns bound how many statements a user runs at a time; users without a limit have no entry.
type turns map[string]chan struct{}

func newTurns(users []User) turns {
	t := make(turns)
	for _, u := range users {
		if u.Limits.Queries > 0 {
			t[u.Name] = make(chan struct{}, u.Limits.Queries)
		}
	}
	return t
}

// take refuses a statement above the limit, as ClickHouse does, instead of letting it wait.
func (t turns) take(u User) error {
	slots, limited := t[u.Name]
	if !limited {
		return nil
	}
	select {
	case slots <- struct{}{}:
		return nil
	default:
		return exception(codeTooManyQueries, "TOO_MANY_SIMULTANEOUS_QUERIES",
			"Too many simultaneous queries for user %s: the limit is %d", u.Name, cap(slots))
	}
}

func (t turns) give(u User) {
	if slots, limited := t[u.Name]; limited {
		<-slots
	}
}
