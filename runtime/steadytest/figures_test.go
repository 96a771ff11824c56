package steadytest

import (
	"testing"
	"time"
)

func someFigures() *Figures {
	return &Figures{
		Sent: 9_900, Due: 10_000, Rate: 10_000, Elapsed: time.Second, CPU: 1500 * time.Millisecond, Cores: 2, Looks: 200,
		Lag: Quantiles{time.Microsecond, 64 * time.Microsecond, 1024 * time.Microsecond, 1234567},
		Channels: []ChannelFigures{
			{
				Name: "temps", From: "sensor", To: "detector", Capacity: 64, Sent: 9_900, PerSecond: 9_900, Fill: 0.124, Fullest: 1,
				Wait: Quantiles{time.Microsecond, 2 * time.Microsecond, 4 * time.Microsecond, 8 * time.Microsecond},
			},
			{Name: "jobs", Capacity: 0},
		},
		Actors: []ActorFigures{{Name: "sensor", Busy: 0.25, Waiting: 0.75, Restarts: 3}},
	}
}

func TestText(t *testing.T) {
	const want = `9900 messages in 1s, 9.90k/s; 100 more were due; 1.50 of 2 cores busy
wanted 10.0k/s; late by: p50 1µs, p90 64µs, p99 1.02ms, max 1.23ms

channel  from    to        sent  msg/s  fill  most  wait p50  p90  p99  max
temps    sensor  detector  9900  9.90k   12%  100%       1µs  2µs  4µs  8µs
jobs     –       –            0   0.00     –     –         –    –    –    –

actor   busy  blocked  waiting  calling  restarts
sensor   25%       0%      75%       0%         3`
	if got := someFigures().String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got, want := (&Figures{}).String(), "0 messages in 0s, 0.00/s; 0.00 of 0 cores busy"; got[:len(want)] != want {
		t.Errorf("got\n%s", got)
	}
}

func TestMetric(t *testing.T) {
	for x, want := range map[float64]string{
		0: "0.00", 9.994: "9.99", 9.996: "10.0", 99.96: "100", 999.4: "999", 999.6: "1.00k",
		12_345: "12.3k", 999_600: "1.00M", 5.2e6: "5.20M", 3e8: "300M", 2e9: "2.00G", 4e13: "40000G",
	} {
		if got := metric(x); got != want {
			t.Errorf("%v: got %s, want %s", x, got, want)
		}
	}
}

// A benchmark shows the channel in which messages wait longest.
func TestReport(t *testing.T) {
	f := someFigures()
	f.Channels[1].Wait = Quantiles{1, 2, 5000, 6000}
	r := testing.Benchmark(func(b *testing.B) { f.Report(b) })
	for unit, want := range map[string]float64{
		"msgs/s": 9900, "p50-ns": 1, "p90-ns": 2, "p99-ns": 5000, "max-ns": 6000, "lag-p99-ns": 1_024_000,
	} {
		if got := r.Extra[unit]; got != want {
			t.Errorf("%s: got %v, want %v", unit, got, want)
		}
	}
}
