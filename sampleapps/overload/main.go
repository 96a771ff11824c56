// Overload is a service of 500 actors that is stressed on purpose, to be looked
// at in steadytop.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"time"

	steady "github.com/steadytop/steadytop/runtime"
)

func main() {
	c := config{size: full}
	flag.Float64Var(&c.load, "load", 1, "how much the shops send; 1 is 6,000 orders a second")
	flag.IntVar(&c.ledger, "ledger", 5000, "orders a second that the ledger can write; 0 is without limit")
	flag.BoolVar(&c.hog, "hog", false, "let one worker block the thread that it shares with the others of its region")
	flag.BoolVar(&c.stuck, "stuck", false, "let the feedback loop of one region fill up, so that it deadlocks")
	flag.Parse()
	log.SetFlags(0)
	if c.load <= 0 || c.ledger < 0 {
		log.Fatal("overload: want -load above 0 and -ledger of 0 or more")
	}
	g := &steady.Graph{Name: "overload"}
	if c.stuck {
		g.Grace = 3 * time.Second // a deadlock does not end by itself
	}
	letters := make(chan uint64, 16)
	go mail(letters)
	b := build(g, c, letters)
	err := g.Run(context.Background())
	line, balanced := b.close()
	fmt.Println(line)
	if err != nil {
		log.Printf("%.800s", err) // it may name hundreds of actors
	}
	if err != nil || !balanced {
		os.Exit(1)
	}
}
