package publish

import (
	"fmt"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Collector is a prometheus.Collector that reads a service when it is asked
// and keeps nothing. It is safe for concurrent use.
type Collector struct {
	// PerLane gives each lane of a bundle a series of its own, named like the
	// channel of the lane. Without it, a bundle is one series, the sum of its
	// lanes. Set it before the collector is registered.
	PerLane bool

	svc    Service
	frames sync.Pool // of *telemetry.Frame

	mu     sync.Mutex
	top    *telemetry.Topology
	series *series
}

// NewCollector returns a Collector of svc. It may be registered before the
// service starts; until then it has no metrics.
func NewCollector(svc Service) *Collector {
	return &Collector{svc: svc, frames: sync.Pool{New: func() any { return new(telemetry.Frame) }}}
}

var (
	labelsGraph   = []string{"graph"}
	labelsChannel = append(labelsGraph[:1:1], "channel")
	labelsActor   = append(labelsGraph[:1:1], "actor")
)

func desc(name, help string, labels []string, more ...string) *prometheus.Desc {
	return prometheus.NewDesc("steady_"+name, help, append(labels[:len(labels):len(labels)], more...), nil)
}

// The metrics. Their names and labels are a promise.
var (
	descCapacity = desc("channel_capacity", "Messages that the channel has room for.", labelsChannel)
	descLength   = desc("channel_length", "Messages that wait in the channel.", labelsChannel)
	descSent     = desc("channel_sent_total", "Messages that the sender has published.", labelsChannel)
	descTaken    = desc("channel_taken_total", "Messages that the receiver has released.", labelsChannel)
	descLatency  = desc("channel_latency_seconds",
		"Time that messages waited in the channel, estimated from stamps on a sample of them.", labelsChannel)
	descChannel = desc("channel_info", "The ends of the channel and the type of its messages; always 1.", labelsChannel, "from", "to", "type")
	descState   = desc("actor_state_seconds_total",
		"Time that the actor has spent in each state; the states add up to the age of the service.", labelsActor, "state")
	descCPU      = desc("actor_cpu_seconds_total", "CPU time of the actor's own thread; only for actors that have one.", labelsActor)
	descRestarts = desc("actor_restarts_total", "Restarts of the actor after a failure.", labelsActor)
	descFailures = desc("actor_failures_total", "Failures of the actor, those included for which a message was set aside.", labelsActor)
	descLetters  = desc("actor_dead_letters_total", "Messages that were set aside because the actor failed on them.", labelsActor)
	descFailing  = desc("actor_failing_seconds", "For how long the actor has been failing without progress; 0 when it has not.", labelsActor)
	descActor    = desc("actor_info", "What the actor runs on, and the troupe that it shares it with, if any; always 1.", labelsActor, "schedule", "troupe")
	descStall    = desc("graph_stalled",
		"How many stalls hold messages up: circles of waits, and actors that hang.", labelsGraph)
	descStalled = desc("actor_stalled",
		"1 for an actor that hangs, and for those in a circle or chain of waits; see steady_graph_stalled.", labelsActor)
	descGraph = desc("graph_info", "The service; always 1.", labelsGraph, "instance", "version", "library")
)

// Describe implements prometheus.Collector.
func (c *Collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		descCapacity, descLength, descSent, descTaken, descLatency, descChannel,
		descState, descCPU, descRestarts, descFailures, descLetters, descFailing, descActor, descGraph,
		descStall, descStalled,
	} {
		ch <- d
	}
}

// Collect implements prometheus.Collector. It takes one sample of the service.
func (c *Collector) Collect(ch chan<- prometheus.Metric) {
	t := c.svc.Topology()
	if t == nil {
		return
	}
	f := c.frames.Get().(*telemetry.Frame)
	defer c.frames.Put(f)
	if err := sample(c.svc, f); err != nil {
		ch <- prometheus.NewInvalidMetric(descGraph, err)
		return
	}
	s := c.seriesOf(t)
	ch <- prometheus.MustNewConstMetric(descGraph, prometheus.GaugeValue, 1,
		s.graph, t.Instance.String(), label(t.Version), label(t.Library))
	s.collectActors(ch, t, &f.Actors)
	if known, ok := c.svc.(Failing); ok {
		s.collectFailures(ch, known)
	}
	s.collectChannels(ch, t, &f.Channels)
	if stalls, watched := c.svc.Stalls(); watched {
		s.collectStalls(ch, stalls)
	}
}

func (s *series) collectStalls(ch chan<- prometheus.Metric, stalls []telemetry.Stall) {
	ch <- prometheus.MustNewConstMetric(descStall, prometheus.GaugeValue, float64(len(stalls)), s.graph)
	stands := make([]float64, len(s.actors))
	for i := range stalls {
		for _, a := range stalls[i].Actors {
			if int(a) < len(stands) {
				stands[a] = 1
			}
		}
	}
	for i, name := range s.actors {
		ch <- prometheus.MustNewConstMetric(descStalled, prometheus.GaugeValue, stands[i], s.graph, name)
	}
}

// sample turns a panic of the service into an error, so that a scrape fails
// and not the process.
func sample(svc Service, f *telemetry.Frame) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("publish: sampling failed: %v", r)
		}
	}()
	svc.Sample(f)
	return nil
}

// seriesOf returns the series of t, which are made once for each generation.
func (c *Collector) seriesOf(t *telemetry.Topology) *series {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.top != t {
		c.top, c.series = t, newSeries(t, c.PerLane)
	}
	return c.series
}

func (s *series) collectActors(ch chan<- prometheus.Metric, t *telemetry.Topology, a *telemetry.ActorColumns) {
	for i, name := range s.actors {
		for state := range a.Time {
			ch <- prometheus.MustNewConstMetric(descState, prometheus.CounterValue,
				a.Time[state][i].Seconds(), s.graph, name, telemetry.State(state).String())
		}
		if t.Actors[i].ExactCPU {
			ch <- prometheus.MustNewConstMetric(descCPU, prometheus.CounterValue, a.CPU[i].Seconds(), s.graph, name)
		}
		ch <- prometheus.MustNewConstMetric(descRestarts, prometheus.CounterValue, float64(a.Restarts[i]), s.graph, name)
		ch <- prometheus.MustNewConstMetric(descActor, prometheus.GaugeValue, 1, s.graph, name,
			label(string(t.Actors[i].Schedule)), label(t.Actors[i].Troupe))
	}
}

// Failing is what a service says of the failures of its actors besides their
// restarts. All of it may be called from anywhere, and waits for nobody.
type Failing interface {
	// Failures returns how often an actor has failed, how many messages were set
	// aside for that, and for how long it has been failing without progress.
	Failures(actor int) (failures, letters uint64, failing time.Duration)
}

func (s *series) collectFailures(ch chan<- prometheus.Metric, known Failing) {
	for i, name := range s.actors {
		failures, letters, failing := known.Failures(i)
		ch <- prometheus.MustNewConstMetric(descFailures, prometheus.CounterValue, float64(failures), s.graph, name)
		ch <- prometheus.MustNewConstMetric(descLetters, prometheus.CounterValue, float64(letters), s.graph, name)
		ch <- prometheus.MustNewConstMetric(descFailing, prometheus.GaugeValue, failing.Seconds(), s.graph, name)
	}
}

func (s *series) collectChannels(ch chan<- prometheus.Metric, t *telemetry.Topology, c *telemetry.ChannelColumns) {
	for i := range s.channels {
		one := &s.channels[i]
		var capacity, sent, taken uint64
		var h histogram
		for _, id := range one.lanes {
			capacity += t.Channels[id].Capacity
			sent += c.Sent[id]
			taken += min(c.Taken[id], c.Sent[id])
			h.add(c, id)
		}
		gauge := func(d *prometheus.Desc, v uint64) {
			ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(v), s.graph, one.name)
		}
		gauge(descCapacity, capacity)
		gauge(descLength, sent-taken)
		ch <- prometheus.MustNewConstMetric(descChannel, prometheus.GaugeValue, 1, s.graph, one.name, one.from, one.to, one.typ)
		if t.Channels[one.lanes[0]].Native {
			continue // the rest is unknown, which is not 0
		}
		ch <- prometheus.MustNewConstMetric(descSent, prometheus.CounterValue, float64(sent), s.graph, one.name)
		ch <- prometheus.MustNewConstMetric(descTaken, prometheus.CounterValue, float64(taken), s.graph, one.name)
		ch <- h.metric(t.Start, s.graph, one.name)
	}
}
