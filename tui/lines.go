package tui

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Lines writes what happens to a service as lines of text, for terminals that
// cannot be painted on and for people who listen to them: first a whole
// picture, then only what has changed. It returns when the service ended, when
// the session was closed, or when ctx ended, which is no error.
func Lines(ctx context.Context, s Session, w io.Writer, ascii bool) (Result, error) {
	l := &lines{w: w, ascii: ascii}
	snap := s.Latest()
	for {
		if err := l.take(snap); err != nil {
			return Result{Last: snap}, fmt.Errorf("tui: lines: %w", err)
		}
		if snap.End != nil {
			return Result{Last: snap}, nil
		}
		select {
		case next := <-s.Snapshots():
			if next == nil {
				return Result{Last: snap}, nil
			}
			snap = next
		case <-ctx.Done():
			return Result{Last: snap}, nil
		}
	}
}

// lines remembers what was written already.
type lines struct {
	w      io.Writer
	ascii  bool
	whole  telemetry.Instance // of which the whole picture was written
	link   collector.Link
	blamed string    // the bottleneck that was written last
	event  time.Time // of the last event that was written
	votes  map[string]string
	err    error
}

func (l *lines) take(s *collector.Snapshot) error {
	if s.Instance != 0 && s.Instance != l.whole && s.Window > 0 {
		l.whole, l.link, l.blamed, l.votes = s.Instance, s.Link, bottleneck(s), map[string]string{}
		if l.err = (collector.Text{ASCII: l.ascii}).Write(l.w, s); l.err == nil {
			_, l.err = fmt.Fprintln(l.w)
		}
		if n := len(s.Events); n > 0 {
			l.event = s.Events[n-1].At
		}
		return l.err
	}
	if s.Link != l.link {
		l.link = s.Link
		l.say(time.Now(), "link", string(s.Link), s.Problem)
	}
	for i := range s.Events {
		if e := &s.Events[i]; e.At.After(l.event) {
			l.event = e.At
			l.say(e.At, e.Subject, e.Text)
		}
	}
	if b := bottleneck(s); s.Instance == l.whole && b != l.blamed {
		l.blamed = b
		l.say(time.Now(), "why", s.Why.Headline)
	}
	l.takeVotes(s)
	return l.err
}

// bottleneck returns the name of the actor that holds the others up. The
// sentence about it changes all the time.
func bottleneck(s *collector.Snapshot) string {
	if i := int(s.Why.Actor); i >= 0 && i < len(s.Actors) {
		return s.Actors[i].Name
	}
	return ""
}

func (l *lines) takeVotes(s *collector.Snapshot) {
	if s.Shutdown == nil || l.votes == nil {
		return
	}
	for i := range s.Shutdown.Votes {
		v := &s.Shutdown.Votes[i]
		word := v.Vote.String()
		switch {
		case v.State == telemetry.StateDone:
			word = "ended"
		case v.Vote == telemetry.VoteNone:
			continue
		}
		if l.votes[v.Name] != word {
			l.votes[v.Name] = word
			l.say(time.Now(), v.Name, word, v.Reason)
		}
	}
}

// say writes one line: the time, then the parts that are not empty.
func (l *lines) say(at time.Time, parts ...string) {
	var b strings.Builder
	b.WriteString(at.Format("15:04:05 "))
	sep := ""
	for _, p := range parts {
		if p != "" {
			b.WriteString(sep + p)
			sep = ": "
		}
	}
	text := b.String()
	if l.ascii {
		text = strings.Map(func(r rune) rune {
			if r > 0x7e {
				return '?'
			}
			return r
		}, text)
	}
	if l.err == nil {
		_, l.err = fmt.Fprintln(l.w, text)
	}
}
