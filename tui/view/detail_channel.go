package view

import (
	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/runtime/telemetry"
	"github.com/steadytop/steadytop/tui/screen"
	"github.com/steadytop/steadytop/tui/theme"
)

// DrawChannel draws one channel into the whole of c: its fill now and before,
// its rates, and how long messages wait in it.
func (d *Detail) DrawChannel(c *screen.Canvas, s *collector.Snapshot, i int, th *theme.Theme) {
	_, h := c.Size()
	if i < 0 || i >= len(s.Channels) {
		d.gone(c, "this channel is gone", th)
		return
	}
	k := &s.Channels[i]
	facts := strip{dots: true}
	facts.next(1)
	facts.text("from ", th.Muted)
	facts.cut(name(end(s, k.From)), 16, th.Text)
	facts.text(" to ", th.Muted)
	facts.cut(name(end(s, k.To)), 16, th.Text)
	if k.Feedback {
		facts.next(2)
		facts.text("feedback", th.Muted)
	}
	rule(c, 0, name(k.Name), &facts, th)
	if h < 2 {
		return
	}
	b := d.window(c)
	y := d.channelHead(b, 0, s, k, th)
	y = histogram(b, y, max(3, d.height-y-1), k, s.Can.Latency, th)
	d.done(c, y, th)
}

func (d *Detail) channelHead(c *screen.Canvas, y int, s *collector.Snapshot, k *collector.Channel, th *theme.Theme) int {
	w, _ := c.Size()
	g := c.Glyphs()
	var line strip
	line.bytes(appendCount(line.scratch(), k.Length), severe(k.Severity, th))
	line.text(" of ", th.Muted)
	line.bytes(appendCount(line.scratch(), k.Capacity), th.Text)
	if k.FullFor > 0 {
		line.next(0)
		line.text("FULL", th.Full)
		line.bytes(appendFull(line.scratch(), k.FullFor), th.Full)
	}
	if k.Closed {
		line.next(0)
		line.text("closed", th.Text)
	}
	if k.Native {
		line.next(0)
		line.text("Go channel", th.Muted)
	}
	if w < 60 {
		line.next(1)
		line.cut(k.Type, 24, th.Muted)
	}
	line.draw(c, 1, y, w-2)
	if w >= 60 {
		line = strip{}
		line.text("of type ", th.Muted)
		line.cut(k.Type, w/2-10, th.Text)
		line.drawRight(c, w/2, y, w-w/2-1)
	}
	gauge(c, 1, y+1, w-4, k.Fill, k.Severity, th)
	c.Text(1, y+2, 8, "2 min", th.Muted)
	screen.Spark(c, 9, y+2, min(w-11, max(1, len(k.History))), k.History, 1, th.Spark)
	y += 4

	for _, flow := range [...]struct {
		what  string
		rate  collector.Num
		total uint64
	}{{"sent", k.SentRate, k.Sent}, {"taken", k.TakeRate, k.Taken}} {
		line = strip{}
		c.Text(1, y, 8, flow.what, th.Muted)
		known(&line, g, flow.rate, append(appendRate(line.scratch(), float64(flow.rate)), "/s"...), th)
		if !k.Native {
			line.next(1)
			line.bytes(appendCount(line.scratch(), flow.total), th.Muted)
			line.text(" in all", th.Muted)
		}
		line.draw(c, 9, y, w-10)
		y++
	}
	if !s.Can.Latency {
		return y + 1
	}
	c.Text(1, y, 8, "waited", th.Muted)
	line = strip{}
	for i, p := range [...]struct {
		what string
		n    collector.Num
	}{{"p50 ", k.P50}, {"p90 ", k.P90}, {"p99 ", k.P99}} {
		line.next(i)
		line.text(p.what, th.Muted)
		known(&line, g, p.n, appendWait(line.scratch(), seconds(p.n), isASCII(c)), th)
	}
	line.draw(c, 9, y, w-10)
	return y + 2
}

// histogram draws how long messages waited, a bar for each range of times, in
// about the given number of rows; ranges are joined until they fit.
func histogram(c *screen.Canvas, y, rows int, k *collector.Channel, can bool, th *theme.Theme) int {
	w, _ := c.Size()
	rule(c, y, "waiting time", nil, th)
	y++
	first, last, total := -1, -1, uint64(0)
	for i, n := range k.Latency {
		if n == 0 || i >= telemetry.LatencyBuckets {
			continue
		}
		if first < 0 {
			first = i
		}
		last = i
		total += n
	}
	switch {
	case !can:
		c.Text(1, y, w-2, "not available from this source", th.Muted)
		return y + 1
	case k.Native:
		c.Text(1, y, w-2, "a Go channel does not tell", th.Muted)
		return y + 1
	case first < 0:
		c.Text(1, y, w-2, "no message was seen to wait", th.Muted)
		return y + 1
	}
	step := 1
	for (last-first)/step+1 > max(3, rows-1) {
		step *= 2
	}
	most := uint64(0)
	sum := func(i int) (n uint64) {
		for j := i; j < i+step && j <= last; j++ {
			n += k.Latency[j]
		}
		return n
	}
	for i := first; i <= last; i += step {
		most = max(most, sum(i))
	}
	for i := first; i <= last; i += step {
		n := sum(i)
		bound(c, 1, y, i+step-1, th)
		bar := max(0, min(96, w-18))
		screen.Bar(c, 11, y, bar, float64(n)/float64(most), th.Spark, th.Faint)
		share(c, spot{x: 12 + bar, w: 5}, y, collector.Num(float64(n)/float64(total)), th.Text, th)
		y++
	}
	return y
}

// bound draws the upper bound of a bucket in ten columns.
func bound(c *screen.Canvas, x, y, bucket int, th *theme.Theme) {
	var fig figure
	if d := telemetry.LatencyBound(min(bucket, telemetry.LatencyBuckets-1)); d > 0 {
		putRight(c, x, y, 9, appendWait(append(fig[:0], "< "...), d, isASCII(c)), th.Muted)
		return
	}
	d := telemetry.LatencyBound(telemetry.LatencyBuckets - 2)
	putRight(c, x, y, 9, appendWait(append(fig[:0], "> "...), d, isASCII(c)), th.Muted)
}
