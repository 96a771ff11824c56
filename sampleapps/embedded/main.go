// Embedded is a graph inside of a program that has everything else already: a web
// server with a mux, a registry of metrics, a logger, and signals that it takes by
// itself, since the server has to drain before the graph does.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	steady "github.com/steadytop/steadytop/runtime"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8080", "where to serve")
	flag.Parse()
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	l, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Error("no listener", "error", err)
		os.Exit(1)
	}
	fmt.Println("serving", l.Addr())
	s := newShop(log)
	err = s.run(ctx, l)
	fmt.Printf("booked %d orders, sum %d\n", s.booked.Get().Orders, s.booked.Get().Sum)
	if err != nil {
		log.Error("not a clean end", "error", err)
		os.Exit(1)
	}
}

// shop is the program.
type shop struct {
	books
	mux *http.ServeMux
}

// newShop joins the graph with what the program has of its own.
func newShop(log *slog.Logger) *shop {
	g := &steady.Graph{Name: "embedded", Logger: log, Signals: steady.Off, Metrics: steady.Off}
	s := &shop{books: build(g), mux: http.NewServeMux()}

	registry := prometheus.NewRegistry()
	registry.MustRegister(g.Collector())
	s.mux.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	s.mux.Handle("/steady/", http.StripPrefix("/steady", g.Handler()))
	s.mux.HandleFunc("POST /orders", s.order)
	return s
}

// run serves until ctx ends or somebody stops the graph, from the dashboard say.
func (s *shop) run(ctx context.Context, l net.Listener) error {
	server := &http.Server{Handler: s.mux, ReadHeaderTimeout: 2 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()

	drained := make(chan struct{})
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer close(drained)
		<-ctx.Done() // first the requests under way are answered, then the graph drains
		short, done := context.WithTimeout(context.Background(), 5*time.Second)
		defer done()
		if err := server.Shutdown(short); err != nil {
			_ = server.Close()
		}
		_ = s.graph.Shutdown(short)
	}()

	err := s.graph.Run(context.Background())
	close(s.over) // requests that wait for room are refused
	cancel()
	<-drained
	<-served // http.ErrServerClosed
	return err
}

// order hands one order to the graph. 202 says that it has it: from here on it is not
// lost. While the graph is full, the request waits.
func (s *shop) order(w http.ResponseWriter, r *http.Request) {
	pence, err := strconv.Atoi(r.URL.Query().Get("pence"))
	if err != nil {
		http.Error(w, "pence is no number", http.StatusBadRequest)
		return
	}
	select {
	case s.orders <- pence:
		w.WriteHeader(http.StatusAccepted)
	case <-s.over:
		http.Error(w, "stopping", http.StatusServiceUnavailable)
	case <-r.Context().Done():
	}
}
