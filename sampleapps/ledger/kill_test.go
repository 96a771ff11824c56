//go:build unix

package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

var (
	kills    = flag.Int("kills", 5, "how often TestKill kills the process")
	megabyte = flag.Int("megabytes", 2, "size of the file that TestKill books")
)

// childArgs makes the test binary the program, with these arguments.
const childArgs = "LEDGER_ARGS"

func TestMain(m *testing.M) {
	if args, is := os.LookupEnv(childArgs); is {
		os.Args = append([]string{"ledger"}, strings.Split(args, "\n")...)
		flag.CommandLine = flag.NewFlagSet("ledger", flag.ExitOnError)
		main()
		return
	}
	os.Exit(m.Run())
}

// The program, killed with SIGKILL at random moments, books each line at least
// once, and each sum is right. `go test ./sampleapps/ledger -run Kill -v -args
// -kills 200 -megabytes 50` does it 200 times. When a file is booked before it was
// killed so often, it begins with another one.
func TestKill(t *testing.T) {
	k := &killer{t: t, dir: t.TempDir()}
	if err := os.Chmod(k.dir, 0o700); err != nil { // the sockets want it
		t.Fatal(err)
	}
	k.file = filepath.Join(k.dir, "payments.txt")
	if err := makeFile(k.file, int64(*megabyte)<<20); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(k.file)
	if err != nil {
		t.Fatal(err)
	}
	all, err := payments(0, text)
	if err != nil {
		t.Fatal(err)
	}
	lines, sums := uint64(len(all)), sumsOf(all)
	files, again := 0, uint64(0)
	for left := *kills; left > 0; files++ {
		b := k.bookOne(files, &left)
		if b.total.Lines != lines || !maps.Equal(b.total.Sums, sums) {
			t.Fatalf("file %d: booked %d lines of %d; the sums are right: %v",
				files, b.total.Lines, lines, maps.Equal(b.total.Sums, sums))
		}
		again += b.total.Again
	}
	t.Logf("%d kills over %d files of %d lines: each line booked, each sum right; %d lines came again",
		*kills, files, lines, again)
}

// killer books a file with processes that it kills.
type killer struct {
	t         *testing.T
	dir, file string
	posts     atomic.Int64 // that this process may make before it is to be killed
	now       chan struct{}
}

// bookOne books the file with a new state, and kills left times, if it lasts so long.
func (k *killer) bookOne(number int, left *int) *bank {
	k.t.Helper()
	b := newBank()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if k.posts.Add(-1) == 0 {
			close(k.now)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // a part of a post is none
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if rand.N(8) == 0 { // this lane falls behind the others, and a kill is seen
			select {
			case <-time.After(rand.N(20 * time.Millisecond)):
			case <-r.Context().Done():
				return // nobody has heard that it is booked
			}
		}
		b.ServeHTTP(w, r)
	}))
	defer server.Close()
	args := strings.Join([]string{
		"-file", k.file, "-state", filepath.Join(k.dir, fmt.Sprint("state", number)), "-url", server.URL,
		"-batch", "4096", "-sync", "5ms",
	}, "\n")
	// As many posts as the file has, spread over all kills, on average.
	share := max(2*int64(*megabyte)<<20/4096/int64(*kills), 8)
	for {
		posts := rand.Int64N(share)
		if *left == 0 {
			posts = -1 // to its end
		}
		if done := k.life(args, posts); done {
			return b
		}
		*left--
	}
}

// life runs the program until it ends or has made so many posts, and a little
// longer. With 0 posts it is killed around its start.
func (k *killer) life(args string, posts int64) (done bool) {
	k.t.Helper()
	k.now = make(chan struct{})
	k.posts.Store(posts)
	var out bytes.Buffer
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childArgs+"="+args, "STEADYTOP_DIR="+k.dir)
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		k.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	delay := rand.N(3 * time.Millisecond)
	if posts == 0 {
		close(k.now)
		delay = rand.N(60 * time.Millisecond)
	}
	select {
	case err := <-ended:
		if err != nil {
			k.t.Fatalf("%v\n%s", err, out.String())
		}
		return true
	case <-k.now:
	}
	timer := time.AfterFunc(delay, func() { _ = c.Process.Kill() })
	defer timer.Stop()
	err := <-ended
	if err != nil && c.ProcessState.ExitCode() >= 0 {
		k.t.Fatalf("%v\n%s", err, out.String()) // it was not the signal
	}
	return err == nil
}
