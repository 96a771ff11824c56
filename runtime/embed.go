package steady

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/steadytop/steadytop/runtime/internal/publish"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// Collector returns the metrics of the graph for a registry of your own. It may
// be registered before the graph runs, and collects nothing until then. Set
// Metrics to Off if /metrics is not wanted beside it.
func (g *Graph) Collector() prometheus.Collector {
	g.build("Collector", "metrics")
	g.measure = true
	return publish.NewCollector(&lateService{g})
}

// Handler returns a handler of all that can be read of the graph, for a mux of your
// own: /metrics, /graph.dot, /healthz, /healthz/progress, and /v1/topology, frames,
// snapshot, actors/{id} and shutdown, as docs/wire.md describes them. A request to stop
// is not in it.
//
//	mux.Handle("/steady/", http.StripPrefix("/steady", g.Handler()))
//	mux.Handle("/metrics", g.Handler()) // or that alone
//
// Who may reach it, and how long a request may take to arrive, are matters of your
// server: names of actors, reasons and stacks of failures can be read there. It works
// under Run and Serve; before the start /metrics is empty and the rest answers 503,
// and after the end the last frame stays.
func (g *Graph) Handler() http.Handler {
	g.build("Handler", "the graph")
	g.measure = true
	r := publish.NewReader(&lateService{g}, g.warnings())
	g.readers = append(g.readers, r)
	return r
}

// endReaders tells those who watch through a handler how the graph ended.
func (g *Graph) endReaders(err error) {
	if svc := g.svc.Load(); svc != nil {
		for _, r := range g.readers {
			r.End(svc.end(err))
		}
	}
}

// lateService is the service of a graph that may not run yet.
type lateService struct{ g *Graph }

func (l *lateService) Topology() *telemetry.Topology {
	if s := l.g.svc.Load(); s != nil {
		return s.Topology()
	}
	return nil
}

func (l *lateService) Sample(f *telemetry.Frame) {
	if s := l.g.svc.Load(); s != nil {
		s.Sample(f)
		return
	}
	f.Resize(0, 0)
}

func (l *lateService) RequestShutdown(reason string) { l.g.requestStop(reason) }

func (l *lateService) Shutdown() telemetry.Shutdown {
	if s := l.g.svc.Load(); s != nil {
		return s.Shutdown()
	}
	return telemetry.Shutdown{}
}

func (l *lateService) ActorDetail(id uint32) (telemetry.ActorDetail, bool) {
	if s := l.g.svc.Load(); s != nil {
		return s.ActorDetail(id)
	}
	return telemetry.ActorDetail{}, false
}

func (l *lateService) Stalls() ([]telemetry.Stall, bool) {
	if s := l.g.svc.Load(); s != nil {
		return s.Stalls()
	}
	return nil, false
}
