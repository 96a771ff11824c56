package publish

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// histogram is the latency of one or more channels, on its way to a scrape.
type histogram struct {
	counts [telemetry.LatencyBuckets]uint64
	sum    time.Duration
}

func (h *histogram) add(c *telemetry.ChannelColumns, id uint32) {
	for b := range h.counts {
		h.counts[b] += c.Latency[b][id]
	}
	h.sum += c.LatencySum[id]
}

// Classic buckets are every second bound: 2 µs, 8 µs and so on to 34 s, of
// which there are 13.
const (
	firstClassic = 1
	stepClassic  = 2
)

// The native form has schema 0: bounds at the powers of two of a second. Ours
// are 1 µs doubled again and again, which is 5 % above them, so that a message
// in a twentieth of a bucket is counted one too low. Bucket b is native bucket
// b - nativeShift; the lowest is the zero bucket.
const (
	nativeSchema  = 0
	nativeShift   = 20
	zeroThreshold = 1.0 / (1 << nativeShift)
)

// metric returns both forms in one.
func (h *histogram) metric(start time.Time, labels ...string) prometheus.Metric {
	total := uint64(0)
	native := map[int]int64{}
	var classic []*dto.Bucket
	for b, n := range h.counts {
		total += n
		if b > 0 && n > 0 {
			native[b-nativeShift] = int64(n)
		}
		if bound := telemetry.LatencyBound(b); bound > 0 && b%stepClassic == firstClassic {
			below, le := total, bound.Seconds()
			classic = append(classic, &dto.Bucket{CumulativeCount: &below, UpperBound: &le})
		}
	}
	m, err := prometheus.NewConstNativeHistogram(descLatency, total, h.sum.Seconds(), native, nil, h.counts[0],
		nativeSchema, zeroThreshold, start, labels...)
	if err != nil {
		return prometheus.NewInvalidMetric(descLatency, err)
	}
	return latencyMetric{m, classic}
}

// latencyMetric adds classic buckets to a native histogram.
type latencyMetric struct {
	prometheus.Metric
	classic []*dto.Bucket
}

// Write implements prometheus.Metric.
func (m latencyMetric) Write(out *dto.Metric) error {
	if err := m.Metric.Write(out); err != nil {
		return err
	}
	out.Histogram.Bucket = m.classic
	return nil
}
