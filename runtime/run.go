package steady

import (
	"context"
	"fmt"

	"github.com/steadytop/steadytop/runtime/internal/publish"
)

// Off as Graph.Metrics or Graph.Socket turns that part of the telemetry off, and
// as Graph.Signals leaves the signals to the program.
const Off = "off"

// Run runs the graph like Serve, and adds what a service needs: it takes the
// signals of the process, and publishes telemetry on a socket of the user and on
// /metrics. Each of these can be turned off by itself: Signals, Socket and Metrics
// of Graph. It returns when the graph has ended; the error is that of Serve.
//
// SIGINT, SIGTERM and SIGHUP request a stop, unless the process was started with
// them ignored (nohup, the background of a script). Another SIGINT, a second or
// more after the first or the fourth within it, ends the process at once with
// code 130: states and the log have 0.1 s for what is left. While the graph runs, a write to a stdout or
// stderr that nobody reads any more does not end the process: it fails with
// EPIPE, and requests a stop. After a stop by a signal it stays like that, so
// that last words of a program do not kill it.
//
// What the graph did not ask for and can not have (a folder for the socket, a
// free port) is logged and left out; an address or folder that was set and can
// not be used is an error.
func (g *Graph) Run(ctx context.Context) error {
	if ctx == nil {
		return errNoContext
	}
	defer g.journal.flush(lastLines)
	if err := g.prepare(true); err != nil {
		return err
	}
	if g.Signals != Off {
		defer g.onSignals()()
	}
	server, svc, err := g.publish()
	if err != nil {
		g.closeStates()
		g.over()
		return err
	}
	stop := g.watchProgress()
	err = g.serve(ctx)
	stop()
	g.endReaders(err)
	if server != nil {
		server.End(svc.end(err))
		if cerr := server.Close(); cerr != nil {
			g.alarm().Warn("telemetry did not close", "error", cerr)
		}
	}
	return err
}

// publish starts the telemetry that is not turned off.
func (g *Graph) publish() (*publish.Server, *service, error) {
	if g.Socket == Off && g.Metrics == Off {
		return nil, nil, nil
	}
	server, err := publish.Listen(publish.Options{
		Name: g.Name, Dir: g.Socket, Logger: g.warnings(),
		Metrics: g.Metrics, MetricsTLS: g.MetricsTLS, MetricsOpen: g.MetricsOpen,
	})
	if err != nil {
		return nil, nil, fmt.Errorf("steady: telemetry: %w", err)
	}
	svc := newService(g, server.MetricsAddr(), server.Control())
	g.svc.Store(svc)
	server.Serve(svc)
	g.logger().Info("graph started", "graph", g.Name, "actors", len(g.actors), "socket", server.SocketPath(), "metrics", server.MetricsAddr())
	return server, svc, nil
}
