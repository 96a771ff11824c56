package screen

// GlyphSet holds the characters that a dashboard draws with. Each has a twin
// in ASCII with the same meaning, for terminals that show no others. Every
// glyph is one column wide.
type GlyphSet struct {
	Name string // "unicode" or "ascii"

	// What an actor does.
	Busy       rune // ● works
	Blocked    rune // ◐ waits for room in an output
	Idle       rune // ○ waits for input
	InCall     rune // ◌ in a call outside of the graph
	Bottleneck rune // ◉ holds the others up
	Restarted  rune // ▲ restarted, or waits to be
	Stopped    rune // ■ done
	Unknown    rune // ? nobody knows, or too old to tell

	// Split bars.
	ShadeBusy    rune // ▓
	ShadeCall    rune // ▞
	ShadeBlocked rune // ▒
	ShadeIdle    rune // ░

	// Gauges: GaugeLeft, cells drawn by Bar, GaugeRight, an arrow.
	GaugeLeft  rune // ▕
	GaugeRight rune // ▏
	Peak       rune // ┃ in a gauge, the fullest of what is shown together
	eighths    [9]rune
	spark      [8]rune

	// Arrow heads.
	Right, Left, Up, Down rune

	// Lines that Joint does not make.
	DashH, DashV           rune // ╌ ╎ a feedback edge
	HeavyDashH, HeavyDashV rune // ╍ ╏ the same, in trouble

	// Signs in text.
	Ellipsis rune // …
	Missing  rune // – a figure that is not known
	Dot      rune // · between facts
	Times    rune // × before how many there are
	Yes      rune // ✓
	No       rune // ✗
	Warning  rune // !
	Cursor   rune // ▸ the selected row
	SortUp   rune // ▲ smallest first
	SortDown rune // ▼ largest first

	joints *[256]rune
}

// Unicode is the set for terminals that show box drawing and block elements
// one column wide.
var Unicode = &GlyphSet{
	Name: "unicode",
	Busy: '●', Blocked: '◐', Idle: '○', InCall: '◌', Bottleneck: '◉', Restarted: '▲', Stopped: '■', Unknown: '?',
	ShadeBusy: '▓', ShadeCall: '▞', ShadeBlocked: '▒', ShadeIdle: '░',
	GaugeLeft: '▕', GaugeRight: '▏', Peak: '┃',
	eighths: [9]rune{' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'},
	spark:   [8]rune{'▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'},
	Right:   '▶', Left: '◀', Up: '▲', Down: '▼',
	DashH: '╌', DashV: '╎', HeavyDashH: '╍', HeavyDashV: '╏',
	Ellipsis: '…', Missing: '–', Dot: '·', Times: '×', Yes: '✓', No: '✗', Warning: '!', Cursor: '▸', SortUp: '▲', SortDown: '▼',
	joints: &unicodeJoints,
}

// ASCII is the set of twins.
var ASCII = &GlyphSet{
	Name: "ascii",
	Busy: '*', Blocked: '%', Idle: 'o', InCall: '~', Bottleneck: '@', Restarted: '^', Stopped: '#', Unknown: '?',
	ShadeBusy: '#', ShadeCall: 'c', ShadeBlocked: '%', ShadeIdle: '.',
	GaugeLeft: '[', GaugeRight: ']', Peak: '|',
	eighths: [9]rune{'.', '.', '.', '.', '-', '-', '-', '=', '#'},
	spark:   [8]rune{'_', '.', ',', '-', '=', '+', '*', '#'},
	Right:   '>', Left: '<', Up: '^', Down: 'v',
	DashH: '-', DashV: ':', HeavyDashH: '=', HeavyDashV: ';',
	Ellipsis: '~', Missing: '-', Dot: '.', Times: 'x', Yes: '+', No: 'x', Warning: '!', Cursor: '>', SortUp: '^', SortDown: 'v',
	joints: &asciiJoints,
}
