package publish

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/steadytop/steadytop/runtime/telemetry"
)

func TestDot(t *testing.T) {
	top := newFake(4).top
	top.Channels = top.Channels[:1]
	top.Actors[1].Schedule, top.Actors[1].Troupe = telemetry.ScheduleTroupe, "io"
	top.Actors[3].Schedule, top.Actors[3].Troupe = telemetry.ScheduleTroupe, "io"
	top.Channels = append(top.Channels, telemetry.Channel{ID: 1, Name: "back", Type: "T", Capacity: 1, From: 1, To: 0, Feedback: true},
		telemetry.Channel{ID: 2, Name: `<in> & "out" \n`, Type: "[]byte", Capacity: 2, From: -1, To: 0})
	want := `digraph "furnace" {
	rankdir=LR;
	node [shape=box, style=rounded, fontname="sans-serif"];
	edge [fontname="sans-serif", fontsize=10];
	a0 [label="actor-a\nsolo"];
	subgraph cluster_1 {
		style=rounded;
		label="io";
		a1 [label="actor-b\ntroupe io"];
		a3 [label="actor-d\ntroupe io"];
	}
	a2 [label="actor-c\npooled"];
	a0 -> a1 [label="channel-b\nfloat64 × 64"];
	a1 -> a0 [label="back\nT × 1", style=dashed, constraint=false];
	outside -> a0 [label="<in> &amp; \"out\" \\n\n[]byte × 2"];
	outside [shape=plaintext];
}
`
	if got := string(appendDot(nil, top)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestGraphvizAcceptsAnyName(t *testing.T) {
	dot, err := exec.LookPath("dot")
	if err != nil {
		const why = "dot is missing: install the Debian package graphviz"
		if os.Getenv("CI") == "true" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	top := hostile().top
	top.Actors[0].Name = "\"]; evil [label=\"x\x00\x1b\u202e\\"
	top.Actors[1].Name = "&lt;&bogus; <b>\\N\\G"
	top.Actors[2].Name = ""
	top.Actors[1].Troupe, top.Actors[3].Troupe = "}; evil \"", "\\"
	cmd := exec.Command(dot, "-Tplain")
	cmd.Stdin = strings.NewReader(string(appendDot(nil, top)))
	var problems strings.Builder
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil || problems.Len() > 0 {
		t.Fatalf("%v: %s", err, problems.String())
	}
	nodes := 0
	for _, line := range strings.Split(string(out), "\n") {
		if strings.HasPrefix(line, "node ") {
			nodes++
		}
	}
	if want := len(top.Actors) + 1; nodes != want {
		t.Errorf("Graphviz found %d nodes, want %d", nodes, want)
	}
}
