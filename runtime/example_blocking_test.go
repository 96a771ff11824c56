package steady_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"

	steady "github.com/steadytop/steadytop/runtime"
)

// lines sends what it reads from a connection, line by line. When that fails,
// the actor has failed: it is started again, and dials again.
func lines(a *steady.Actor, addr string, out *steady.Tx[string]) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	returned := make(chan struct{})
	defer close(returned)
	go func() {
		select {
		case <-a.Stopping(): // ends the read below
		case <-returned:
		}
		conn.Close()
	}()
	for r := bufio.NewReader(conn); a.Running(); {
		line := ""
		a.Blocking(func(context.Context) { line, err = r.ReadString('\n') })
		if err != nil && !a.Running() {
			return nil // because of the stop
		}
		if err != nil {
			return err
		}
		if err := out.Send(strings.TrimSpace(line)); err != nil {
			return err
		}
	}
	return nil
}

// How do I read from a socket, or from anything else that blocks? Within
// Blocking, and by something that ends the read when a stop is requested.
func ExampleActor_Blocking() {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	go func() {
		conn, err := server.Accept()
		if err == nil {
			fmt.Fprint(conn, "hello\nstop\n")
		}
	}()

	g := &steady.Graph{}
	words := steady.NewChan[string](g, "words", 16)
	steady.Source(g, "socket", words, func(a *steady.Actor, out *steady.Tx[string]) error {
		return lines(a, server.Addr().String(), out)
	})
	steady.Sink(g, "screen", words, func(a *steady.Actor, in *steady.Rx[string]) error {
		for word := range in.All() {
			fmt.Println(word)
			if word == "stop" {
				a.RequestShutdown("the socket said so")
			}
		}
		return nil
	})
	fmt.Println(g.Serve(context.Background()))
	// Output:
	// hello
	// stop
	// <nil>
}
