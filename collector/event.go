package collector

// maxEvents is how many events a Snapshot carries at most.
const maxEvents = 300

// eventLog holds the last events. What view handed out is never written again.
type eventLog struct{ events []Event }

func (l *eventLog) add(e Event) {
	if len(l.events) == cap(l.events) {
		l.events = append(make([]Event, 0, 2*maxEvents), l.view()...)
	}
	l.events = append(l.events, e)
}

func (l *eventLog) view() []Event {
	n := len(l.events)
	if n == 0 {
		return []Event{} // an empty list in JSON, not null
	}
	return l.events[max(0, n-maxEvents):n:n]
}
