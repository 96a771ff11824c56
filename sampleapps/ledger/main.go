// Ledger reads a file of payments, has seven actors post them to a service on the
// network, and may be killed at any moment: when it is started again, it goes on
// where everything before was booked.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"os"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

func main() {
	var c config
	flag.StringVar(&c.file, "file", "payments.txt", "file of payments, a line each")
	flag.StringVar(&c.state, "state", "ledger.state", "file that tells what is booked")
	flag.StringVar(&c.url, "url", "http://127.0.0.1:8421/", "of the service that books")
	flag.IntVar(&c.lanes, "lanes", 7, "how many post at the same time")
	flag.IntVar(&c.batch, "batch", 16<<10, "bytes that are posted at once, at most")
	flag.DurationVar(&c.sync, "sync", steady.DefaultSync, "how often to save what is booked, at most")
	generate := flag.Int("generate", 0, "make the file, of so many megabytes, unless it is there")
	serve := flag.String("serve", "", "be the service, on this address")
	flag.Parse()

	var err error
	switch {
	case *serve != "":
		err = serveBank(*serve)
	case *generate > 0:
		err = makeFile(c.file, int64(*generate)<<20)
		if err == nil {
			err = c.run()
		}
	default:
		err = c.run()
	}
	if err != nil {
		log.Fatal(err)
	}
}

type config struct {
	file, state, url string
	lanes, batch     int
	sync             time.Duration
}

// run books the file, or the rest of it.
func (c config) run() error {
	f, err := os.Open(c.file)
	if err != nil {
		return fmt.Errorf("%w: -generate 50 makes one", err)
	}
	defer func() { _ = f.Close() }()
	g := &steady.Graph{Name: "ledger", Logger: slog.Default()}
	l := build(g, plan{
		file: f, batch: c.batch, lanes: c.lanes, book: client{url: c.url, http: newHTTP()}.book,
		state: c.state, sync: steady.SyncEvery(c.sync),
	})
	from := l.mark.AtStart().Low
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if uint64(info.Size()) < from {
		return fmt.Errorf("%s says that all before byte %d is booked, but %s ends at %d: it is of another file",
			c.state, from, c.file, info.Size())
	}
	err = g.Run(context.Background())
	fmt.Printf("from=%d read=%d booked=%d\n", from, l.read.Get(), l.mark.Get().Low)
	return err
}

// serveBank is the other end: what a bank would have.
func serveBank(address string) error {
	b := newBank()
	fmt.Println("books what is posted to", address, "and tells the total at GET /")
	server := &http.Server{Addr: address, Handler: b, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute}
	return server.ListenAndServe()
}
