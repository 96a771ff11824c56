package theme

import (
	"fmt"
	"strings"

	"github.com/steadytop/steadytop/tui/screen"
)

// palette is the handful of colours from which a theme with colours is made.
// The terminal's own foreground and background carry most of the screen.
type palette struct {
	strong, muted, faint, border screen.Color
	ghost                        screen.Color // must stay readable where palette colour 8 is the background
	accent                       screen.Color
	ok, warm, hot, full          screen.Color
	dialog                       screen.Color // background of dialogs; default leaves the terminal's
	onFull                       screen.Color // text on a full-coloured banner
	onAccent                     screen.Color
}

// Each RGB colour carries the entry of the user's own palette that stands for
// it on terminals with sixteen colours.
func hex(v uint32, ansi uint8) screen.Color {
	return screen.RGB(uint8(v>>16), uint8(v>>8), uint8(v)).Or16(ansi)
}

// Dark suits dark backgrounds: greys, one blue, and warm colours that appear
// only when something is wrong.
var Dark = build("dark", palette{
	strong: hex(0xf2f4f8, 15), muted: hex(0x929aa8, 7), faint: hex(0x5b6270, 8), border: hex(0x6b7383, 8), ghost: hex(0x727b8a, 7),
	accent: hex(0x7fb4e6, 12), ok: hex(0x8fb996, 2), warm: hex(0xd9c27a, 3), hot: hex(0xe59a54, 11), full: hex(0xf0716b, 9),
	dialog: screen.DefaultColor, onFull: hex(0x1a1113, 0), onAccent: hex(0x10161d, 0),
})

// Light suits light backgrounds.
var Light = build("light", palette{
	strong: hex(0x14171c, 0), muted: hex(0x5a626f, 8), faint: hex(0xa4abb6, 7), border: hex(0x868e9b, 8), ghost: hex(0x7b838f, 8),
	accent: hex(0x1f5fa8, 4), ok: hex(0x3b7a4b, 2), warm: hex(0x8a6a00, 3), hot: hex(0xb5540b, 5), full: hex(0xc0272d, 1),
	dialog: screen.DefaultColor, onFull: hex(0xffffff, 15), onAccent: hex(0xffffff, 15),
})

// ColorBlind keeps the severities apart for all common kinds of colour
// blindness: they run from blue over yellow to vermilion and differ in
// lightness (colours of Okabe and Ito). It suits dark backgrounds.
var ColorBlind = build("colorblind", palette{
	strong: hex(0xffffff, 15), muted: hex(0x9aa2af, 7), faint: hex(0x5b6270, 8), border: hex(0x6b7383, 8), ghost: hex(0x727b8a, 7),
	accent: hex(0xcc9ec0, 13), ok: hex(0x56b4e9, 12), warm: hex(0xf0e442, 11), hot: hex(0xe69f00, 3), full: hex(0xe8743b, 9),
	dialog: screen.DefaultColor, onFull: hex(0x140a04, 0), onAccent: hex(0x140f13, 0),
})

// Mono uses attributes alone, for NO_COLOR and terminals without colours.
var Mono = mono()

func build(name string, p palette) *Theme {
	fg := func(c screen.Color) screen.Style { return screen.Style{FG: c} }
	bold := func(c screen.Color) screen.Style { return screen.Style{FG: c, Attr: screen.Bold} }
	return &Theme{
		Name: name,
		Text: screen.Style{}, Strong: bold(p.strong), Muted: fg(p.muted), Faint: fg(p.faint),
		Accent: fg(p.accent), Match: screen.Style{FG: p.onAccent, BG: p.accent},
		Border: fg(p.border), BorderFocus: fg(p.accent), Title: bold(p.strong),
		Header: fg(p.muted), Footer: fg(p.muted), Key: bold(p.accent),
		OK: fg(p.ok), Warm: fg(p.warm), Hot: fg(p.hot), Full: bold(p.full),
		Busy: fg(p.accent), Blocked: fg(p.hot), Idle: fg(p.faint), InCall: fg(p.muted),
		Feedback: fg(p.muted), Ghost: fg(p.ghost), Spark: fg(p.accent),
		Selected: screen.Style{Attr: screen.Reverse},
		Live:     fg(p.ok), Stale: fg(p.warm), Lost: bold(p.full),
		Banner:    screen.Style{FG: p.onAccent, BG: p.accent, Attr: screen.Bold},
		BannerBad: screen.Style{FG: p.onFull, BG: p.full, Attr: screen.Bold},
		Dialog:    screen.Style{BG: p.dialog}, DialogBorder: screen.Style{FG: p.accent, BG: p.dialog},
		DialogTitle: screen.Style{FG: p.strong, BG: p.dialog, Attr: screen.Bold},
		Danger:      screen.Style{FG: p.full, BG: p.dialog, Attr: screen.Bold},
		Yes:         fg(p.ok), Veto: bold(p.full), Silent: fg(p.warm),
	}
}

func mono() *Theme {
	plain, bold := screen.Style{}, screen.Style{Attr: screen.Bold}
	dim, reverse := screen.Style{Attr: screen.Dim}, screen.Style{Attr: screen.Reverse}
	shout := screen.Style{Attr: screen.Bold | screen.Reverse}
	return &Theme{
		Name: "mono",
		Text: plain, Strong: bold, Muted: plain, Faint: dim, Accent: bold, Match: shout,
		Border: dim, BorderFocus: plain, Title: bold, Header: plain, Footer: plain, Key: bold,
		OK: plain, Warm: plain, Hot: bold, Full: bold,
		Busy: plain, Blocked: bold, Idle: dim, InCall: dim,
		Feedback: dim, Ghost: dim, Spark: plain, Selected: reverse,
		Live: plain, Stale: bold, Lost: bold, Banner: reverse, BannerBad: shout,
		Dialog: plain, DialogBorder: bold, DialogTitle: bold, Danger: bold,
		Yes: plain, Veto: bold, Silent: bold,
	}
}

// All returns every theme, in the order in which they are listed.
func All() []*Theme { return []*Theme{Dark, Light, ColorBlind, Mono} }

// ByName returns the theme that a user named, without regard to case. The
// error lists the names that exist.
func ByName(name string) (*Theme, error) {
	var names []string
	for _, t := range All() {
		if strings.EqualFold(t.Name, name) {
			return t, nil
		}
		names = append(names, t.Name)
	}
	return nil, fmt.Errorf("theme: no theme %q: choose one of auto, %s", name, strings.Join(names, ", "))
}

// Pick returns the theme for a terminal when the user named none: Mono without
// colours, else Light or Dark by the background.
func Pick(p screen.Profile, light bool) *Theme {
	switch {
	case p == screen.NoColor:
		return Mono
	case light:
		return Light
	}
	return Dark
}
