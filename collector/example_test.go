package collector_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/steadytop/steadytop/collector"
	"github.com/steadytop/steadytop/collector/source"
)

// Follow a service and say what holds it back, through restarts, until the
// program is stopped.
func ExampleOpen() {
	s, err := collector.Open(context.Background(), "nav", collector.Options{Wait: true})
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()
	for snap := range s.Snapshots() {
		fmt.Println(snap.Link, snap.Why.Headline)
	}
}

// Print one table of the only service that runs. The first frame has no rates
// yet, since they need two.
func ExampleWriteText() {
	s, err := collector.Open(context.Background(), "", collector.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()
	for snap := range s.Snapshots() {
		if snap.Window > 0 {
			if err := collector.WriteText(os.Stdout, snap); err != nil {
				log.Fatal(err)
			}
			return
		}
	}
}

// Ask a service to stop and wait until it has.
func ExampleSession_RequestShutdown() {
	ctx := context.Background()
	s, err := collector.Open(ctx, "nav", collector.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()
	if err := s.RequestShutdown(ctx, 0, "nightly update"); err != nil {
		log.Fatal(err)
	}
	for snap := range s.Snapshots() {
		if snap.End != nil {
			fmt.Println("clean:", snap.End.Clean)
			return
		}
	}
}

// List what runs on this machine.
func Example_list() {
	found, skipped, err := source.List(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range found {
		fmt.Printf("%s:%d %s\n", s.Name, s.PID, s.Metrics)
	}
	for _, s := range skipped {
		fmt.Printf("skipped %s: %s\n", s.Socket, s.Reason)
	}
}
