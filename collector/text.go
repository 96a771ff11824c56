package collector

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/steadytop/steadytop/collector/units"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Text writes a Snapshot as tables for people. Rows that differ in the numbers
// in their names alone are written as one. Its form may change; programs read
// the JSON, which has them all. The zero value is ready.
type Text struct {
	// ASCII keeps to characters that every terminal has.
	ASCII bool
}

// WriteText writes s as the zero Text does.
func WriteText(w io.Writer, s *Snapshot) error { return Text{}.Write(w, s) }

// Write writes s in one call of w.
func (x Text) Write(w io.Writer, s *Snapshot) error {
	var b bytes.Buffer
	x.service(&b, s)
	if len(s.Actors) > 0 {
		b.WriteByte('\n')
		x.actors(&b, s)
	}
	if len(s.Channels) > 0 {
		b.WriteByte('\n')
		x.channels(&b, s)
	}
	if s.Why.Headline != "" {
		fmt.Fprintf(&b, "\nwhy: %s\n", s.Why.Headline)
		for _, e := range s.Why.Evidence {
			fmt.Fprintf(&b, "     %s\n", e)
		}
	}
	for i := range s.Findings {
		fmt.Fprintf(&b, "\nalso: %s\n      %s\n", s.Findings[i].Text, s.Findings[i].Advice)
	}
	failures(&b, s)
	notes(&b, s)
	x.stop(&b, s)
	out := b.String()
	if x.ASCII {
		out = ascii(out)
	}
	if _, err := io.WriteString(w, out); err != nil {
		return fmt.Errorf("collector: text: %w", err)
	}
	return nil
}

// service writes the line about the service, and one about the link if there
// is something to say.
func (x Text) service(b *bytes.Buffer, s *Snapshot) {
	name := s.Service
	if name == "" {
		name = s.Target
	}
	parts := []string{name}
	if s.PID > 0 {
		parts[0] = fmt.Sprintf("%s:%d @%s", name, s.PID, s.Host)
		parts = append(parts, s.Phase.String(), "up "+span(s.Uptime))
		if s.CPU.Known() {
			parts = append(parts, fmt.Sprintf("cpu %.1f of %d", float64(s.CPU), s.Cores))
		}
		if s.RSS.Known() {
			parts = append(parts, "rss "+units.Bytes(float64(s.RSS)))
		}
		parts = append(parts, fmt.Sprintf("%d actors", len(s.Actors)), fmt.Sprintf("%d channels", len(s.Channels)))
	}
	if s.AppVersion != "" {
		parts = append(parts, s.AppVersion)
	}
	b.WriteString(strings.Join(parts, "  "))
	b.WriteByte('\n')
	if s.Link != LinkLive {
		fmt.Fprintf(b, "link %s", s.Link)
		if s.Problem != "" {
			fmt.Fprintf(b, ": %s", s.Problem)
		}
		b.WriteByte('\n')
	}
	if s.Metrics != "" {
		fmt.Fprintf(b, "metrics http://%s/metrics\n", s.Metrics)
	}
}

func (x Text) actors(b *bytes.Buffer, s *Snapshot) {
	t := table{ascii: x.ASCII, head: []string{"ACTOR", "STATE", "FOR", "CPU", "BUSY", "BLOCKED", "WAITING", "CALL", "IN", "OUT", "RESTARTS", "RUNS ON", ""}, right: "  RRRRRRRRR  "}
	for _, members := range fold(len(s.Actors), func(i int) string { return actorKey(s, i) }) {
		a, said := &s.Actors[members[0]], note(s, members[0])
		if len(members) > 1 {
			sum, held := sumActors(s, members)
			a, said = &sum, ""
			if held > 0 {
				said = fmt.Sprintf("%d %s", held, heldBack)
			}
		}
		t.row(a.Name, a.State.String(), span(a.For), cpu(a),
			units.Percent(float64(a.Busy)), units.Percent(float64(a.Blocked)), units.Percent(float64(a.Waiting)), units.Percent(float64(a.Call)),
			units.Rate(float64(a.In)), units.Rate(float64(a.Out)), fmt.Sprint(a.Restarts), a.RunsOn(), said)
	}
	t.write(b)
}

// cpu marks what is not exact.
func cpu(a *Actor) string {
	switch a.CPUKind {
	case CPUEstimate:
		return "~" + units.Percent(float64(a.CPU))
	case CPUBound:
		return "≤" + units.Percent(float64(a.CPU))
	}
	return units.Percent(float64(a.CPU))
}

const heldBack = "held back"

func note(s *Snapshot, i int) string {
	a := &s.Actors[i]
	switch {
	case int32(i) == s.Why.Actor:
		return "<- see why"
	case a.Vote == telemetry.VoteVeto:
		return "vetoes the stop"
	case a.Severity >= Warm && float64(a.Blocked) >= 0.1:
		return heldBack
	}
	return ""
}

// notes writes the warnings about where actors run.
func notes(b *bytes.Buffer, s *Snapshot) {
	for i := range s.Actors {
		for _, text := range s.Actors[i].Notes {
			fmt.Fprintf(b, "\nnote: %s: %s\n", s.Actors[i].Name, text)
		}
	}
}

func (x Text) channels(b *bytes.Buffer, s *Snapshot) {
	t := table{ascii: x.ASCII, head: []string{"CHANNEL", "FROM", "TO", "FILL", "", "LENGTH", "IN", "OUT", "P50", "P99", ""}, right: "    RRRRRR "}
	for _, members := range fold(len(s.Channels), func(i int) string { return channelKey(s, i) }) {
		c, said := &s.Channels[members[0]], remark(&s.Channels[members[0]])
		if len(members) > 1 {
			sum, full := sumChannels(s, members)
			c, said = &sum, remark(&sum)
			if full > 0 {
				said = fmt.Sprintf("%d full, the longest for %s", full, span(sum.FullFor))
			}
		}
		from := ends(s, members, func(c *Channel) int32 { return c.From })
		to := ends(s, members, func(c *Channel) int32 { return c.To })
		t.row(c.Name, from, to, x.bar(c.Fill), units.Percent(float64(c.Fill)),
			fmt.Sprintf("%d/%d", c.Length, c.Capacity),
			units.Rate(float64(c.SentRate)), units.Rate(float64(c.TakeRate)),
			units.Seconds(float64(c.P50)), units.Seconds(float64(c.P99)), said)
	}
	t.write(b)
}

func end(s *Snapshot, actor int32) string {
	if actor < 0 || int(actor) >= len(s.Actors) {
		return "(outside)"
	}
	return s.Actors[actor].Name
}

func remark(c *Channel) string {
	switch {
	case c.FullFor >= time.Second:
		return "full for " + span(c.FullFor)
	case c.Closed:
		return "closed"
	case c.Feedback:
		return "feedback"
	case c.Native:
		return "Go channel"
	}
	return ""
}

// stop writes the votes while a service stops, and how it ended.
func (x Text) stop(b *bytes.Buffer, s *Snapshot) {
	if sh := s.Shutdown; sh != nil && s.End == nil {
		fmt.Fprintf(b, "\nstopping for %s, %s left: %s\n", span(sh.Elapsed), span(sh.Remaining), sh.Reason)
		votes(b, sh.Votes)
	}
	e := s.End
	if e == nil {
		return
	}
	if e.Clean {
		b.WriteString("\nended cleanly\n")
	} else {
		fmt.Fprintf(b, "\nended uncleanly: %s\n", e.Error)
	}
	if e.Reason != "" {
		fmt.Fprintf(b, "     asked to stop: %s\n", e.Reason)
	}
	votes(b, e.Votes)
	for _, l := range e.Left {
		if l.Count > 0 || l.Dropped == 0 {
			fmt.Fprintf(b, "     %d messages were left in %s\n", l.Count, l.Channel)
		}
		if l.Dropped > 0 {
			fmt.Fprintf(b, "     %d messages were sent into %s when its loop had come to rest\n", l.Dropped, l.Channel)
		}
	}
}

func votes(b *bytes.Buffer, all []telemetry.ActorVote) {
	for _, v := range all {
		if v.Vote == telemetry.VoteYes {
			continue
		}
		fmt.Fprintf(b, "     %s: %s", v.Name, v.Vote)
		if v.Reason != "" {
			fmt.Fprintf(b, ", %s", v.Reason)
		}
		fmt.Fprintf(b, " (for %s)\n", span(v.Age))
	}
}
