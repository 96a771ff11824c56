package archtest

// Module is the path that all import rules are relative to.
const Module = "github.com/steadytop/steadytop"

// Rule limits what the packages that match From may depend on. Patterns are
// import paths, relative to Module when they start with "./"; a trailing
// "/..." takes in everything below, and the path itself.
type Rule struct {
	From string

	// Only lists the packages of Module that may be depended on; everything
	// else of Module is forbidden. Nil means that Only says nothing, an empty
	// list that nothing of Module may be used.
	Only []string
	// Never lists what must not be depended on, of Module or of others.
	Never []string
	// Allow takes packages out of Never again.
	Allow []string
	// Direct looks at the imports in the source alone, not at what those
	// import in turn.
	Direct bool

	Reason string
}

var charm = []string{"charm.land/...", "github.com/charmbracelet/..."}

// Rules is the one direction of imports of the module. A rule about a package
// that does not exist says nothing.
var Rules = []Rule{
	{
		From: "./runtime/telemetry", Only: []string{},
		Reason: "telemetry is the vocabulary that all sides share, so it may know none of them",
	},
	{
		From: "./internal/safetext", Only: []string{},
		Reason: "safetext is a leaf: it is used wherever outside text comes in",
	},
	{
		From: "./internal/safesocket", Only: []string{},
		Reason: "safesocket is a leaf: it knows sockets and owners, not what is said over them",
	},
	{
		From: "./internal/wire", Only: []string{"./runtime/telemetry", "./internal/safetext"},
		Reason: "the codec is used by both ends and may belong to neither",
	},
	{
		From: "./internal/stall", Only: []string{"./runtime/telemetry"},
		Reason: "what stands still is told by both ends, so it is found in what both have: frames",
	},
	{
		From: "./runtime/internal/ring", Only: []string{"./runtime/internal/park", "./runtime/telemetry"},
		Reason: "the ring is judged alone: nothing that changes elsewhere may change its speed or its proof",
	},
	{
		From: "./runtime/internal/publish",
		Only: []string{"./runtime/telemetry", "./internal/wire", "./internal/safesocket", "./internal/safetext"},
		Reason: "publishing reads counters and serves them; " +
			"it must not be able to reach into a running graph",
	},
	{
		From: "./runtime/...", Never: append([]string{"./collector/...", "./tui/...", "./cmd/...", "./sampleapps/..."}, charm...),
		Reason: "a service must not carry its viewer",
	},
	{
		From: "./runtime/...", Never: []string{"github.com/spf13/...", "github.com/mattn/...", "github.com/muesli/..."},
		Reason: "whoever embeds the library pays for each dependency of it",
	},
	{
		From: "./runtime/internal/sim", Only: []string{"./runtime/internal/park", "./runtime/internal/sched"},
		Reason: "the simulation runs flows, whatever they do: what is right in a graph is said by steadytest",
	},
	{
		From: "./runtime/internal/rig", Only: []string{"./runtime/internal/park", "./runtime/internal/sched", "./runtime/internal/statefile", "./runtime/telemetry"},
		Reason: "the door into a graph is opened by the graph, so it can not know it",
	},
	{
		From: "./runtime/steadytest", Direct: true, Never: []string{"github.com/...", "golang.org/...", "go.uber.org/...", "pgregory.net/..."},
		Allow:  []string{"./runtime/..."},
		Reason: "whoever tests a service should not need more modules than the service",
	},
	{
		From: "./runtime", Never: []string{"./runtime/steadytest/...", "./runtime/internal/sim/..."},
		Reason: "a service must not carry its tests",
	},
	{
		From: "./runtime/actors", Direct: true, Only: []string{"./runtime"},
		Reason: "ready bodies are what a user of the library could have written",
	},
	{
		From: "./collector/source", Only: []string{"./runtime/telemetry", "./internal/wire", "./internal/safesocket", "./internal/safetext"},
		Reason: "a source hands over records; what they mean is decided above it",
	},
	{
		From: "./collector/units", Only: []string{},
		Reason: "units turns numbers into words and knows nothing of where they come from",
	},
	{
		From: "./collector/window", Only: []string{"./runtime/telemetry"},
		Reason: "the arithmetic of counters is pure: a recording and a live service go through the same code",
	},
	{
		From: "./collector/diagnose", Only: []string{"./runtime/telemetry", "./collector/units", "./internal/stall"},
		Reason: "a verdict is a pure function of figures, so that it can be tested without a service",
	},
	{
		From: "./collector/...", Never: append([]string{"./runtime/...", "./tui/...", "./cmd/...", "./sampleapps/..."}, charm...),
		Allow:  []string{"./runtime/telemetry"},
		Reason: "a collector knows what a service publishes, not how it runs, and nothing of terminals",
	},
	{
		From: "./tui/...", Never: []string{"./runtime/...", "./cmd/...", "./sampleapps/..."},
		Allow:  []string{"./runtime/telemetry"},
		Reason: "a dashboard shows any service, so it may not know how one runs",
	},
	{
		From: "./tui/layout/...", Never: append([]string{"./collector/...", "./tui/view/...", "./tui/screen/..."}, charm...),
		Reason: "the layout is pure: topology and size in, boxes and edges out",
	},
	{
		From: "./tui/screen/...", Never: append([]string{"./collector/...", "./tui/view/...", "./tui/layout/..."},
			"charm.land/bubbletea/...", "charm.land/bubbles/...", "charm.land/lipgloss/...",
			"github.com/charmbracelet/bubbletea/...", "github.com/charmbracelet/lipgloss/..."),
		Reason: "the painter turns cells into bytes, whoever made the cells",
	},
	{
		From: "./tui/view/...", Direct: true,
		Never:  []string{"./collector/source/...", "./internal/wire/...", "./internal/safesocket/..."},
		Reason: "a view is a function of a Snapshot and never asks a source",
	},
	{
		From: "./tui/view/...", Never: charm,
		Reason: "a view makes cells and knows no shell, so that its goldens need none",
	},
	{
		From: "./sampleapps/...", Never: append([]string{"./collector/...", "./tui/...", "./cmd/..."}, charm...),
		Reason: "a sample shows what a user of the library can do",
	},
	{
		From: "./sampleapps/...", Direct: true, Never: []string{"./internal/..."},
		Reason: "a sample must compile outside of this module",
	},
}
