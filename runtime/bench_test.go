package steady

import (
	"context"
	"testing"
)

func BenchmarkEasy(b *testing.B) {
	g := &Graph{}
	c := NewChan[uint64](g, "c", 1024)
	n := uint64(b.N)
	Source(g, "source", c, func(a *Actor, out *Tx[uint64]) error {
		for i := uint64(0); i < n && a.Running(); i++ {
			if err := out.Send(i); err != nil {
				return err
			}
		}
		return nil
	})
	var sum uint64
	Sink(g, "sink", c, func(a *Actor, in *Rx[uint64]) error {
		for v := range in.All() {
			sum += v
		}
		return nil
	})
	b.ReportAllocs()
	b.ResetTimer()
	if err := g.Serve(context.Background()); err != nil {
		b.Fatal(err)
	}
	if sum != n*(n-1)/2 {
		b.Fatal("sum")
	}
}

func BenchmarkChan(b *testing.B) {
	c := make(chan uint64, 1024)
	go func() {
		for i := range uint64(b.N) {
			c <- i
		}
		close(c)
	}()
	var sum uint64
	for v := range c {
		sum += v
	}
}

func BenchmarkPingPong(b *testing.B) {
	g := &Graph{}
	ping, pong := NewChan[int](g, "ping", 1), NewChan[int](g, "pong", 1)
	s := g.Actor("a")
	out, in := ping.Tx(s), pong.Rx(s)
	s.Run(func(a *Actor) error {
		for i := 0; i < b.N; i++ {
			if err := out.Send(i); err != nil {
				return err
			}
			for range in.All() {
				break
			}
			a.Running()
		}
		return nil
	})
	Stage(g, "b", ping, pong, func(a *Actor, in *Rx[int], out *Tx[int]) error {
		for v := range in.All() {
			if err := out.Send(v); err != nil {
				return err
			}
		}
		return nil
	})
	if err := g.Serve(context.Background()); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkPingPongChan(b *testing.B) {
	ping, pong := make(chan int, 1), make(chan int, 1)
	go func() {
		for v := range ping {
			pong <- v
		}
		close(pong)
	}()
	for i := range b.N {
		ping <- i
		<-pong
	}
	close(ping)
}
