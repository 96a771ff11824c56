package screen

import "testing"

func TestReadEnvironment(t *testing.T) {
	utf := "LANG=en_US.UTF-8"
	for _, tt := range []struct {
		vars []string
		want Environment
	}{
		{[]string{"TERM=xterm-256color", utf}, Environment{Profile: Color256, UTF8: true}},
		{[]string{"TERM=xterm-256color", "COLORTERM=truecolor", utf}, Environment{Profile: TrueColor, UTF8: true}},
		{[]string{"TERM=xterm", "COLORTERM=24bit", utf}, Environment{Profile: TrueColor, UTF8: true}},
		{[]string{"TERM=xterm", utf}, Environment{Profile: Color16, UTF8: true}},
		{[]string{"TERM=xterm-kitty"}, Environment{Profile: TrueColor, UTF8: true}},
		{[]string{"TERM=screen", "COLORTERM=truecolor", utf}, Environment{Profile: Color16, UTF8: true}},
		{[]string{"TERM=screen-256color", "COLORTERM=truecolor", "TMUX=/tmp/x,1,0", utf}, Environment{Profile: TrueColor, UTF8: true}},
		{[]string{"TERM=xterm-256color", "NO_COLOR=1", "COLORTERM=truecolor", utf}, Environment{UTF8: true}},
		{[]string{"TERM=xterm-256color", "NO_COLOR=", utf}, Environment{Profile: Color256, UTF8: true}},
		{[]string{"TERM=linux", "LC_ALL=C", utf}, Environment{Profile: Color16}},
		{[]string{"TERM=vt100", "LC_CTYPE=de_DE.utf8", "LANG=C"}, Environment{UTF8: true}},
		{[]string{"TERM=dumb", "COLORTERM=truecolor"}, Environment{Dumb: true, UTF8: true}},
		{nil, Environment{Dumb: true, UTF8: true}},
		{[]string{"TERM=rxvt", "COLORFGBG=0;default;15"}, Environment{Profile: Color16, UTF8: true, Light: true}},
		{[]string{"TERM=rxvt", "COLORFGBG=15;0"}, Environment{Profile: Color16, UTF8: true}},
	} {
		got := ReadEnvironment(func(name string) (string, bool) {
			for _, v := range tt.vars {
				if len(v) > len(name) && v[:len(name)+1] == name+"=" {
					return v[len(name)+1:], true
				}
			}
			return "", false
		})
		if got != tt.want {
			t.Errorf("%v: %+v, want %+v", tt.vars, got, tt.want)
		}
	}
}

func TestShades(t *testing.T) {
	amber := RGB(217, 194, 122)
	for _, tt := range []struct {
		c    Color
		p    Profile
		want shade
	}{
		{DefaultColor, TrueColor, 0},
		{amber, TrueColor, shadeRGB | 0xd9c27a},
		{amber.Or16(3), TrueColor, shadeRGB | 0xd9c27a},
		{amber.Or16(3), Color256, 181},
		{amber.Or16(3), Color16, 4},
		{amber, NoColor, 0},
		{RGB(0, 0, 0), Color16, 1},
		{RGB(255, 255, 255), Color256, 232},
		{RGB(128, 128, 128), Color256, 245},
		{ANSI(9), TrueColor, 10},
		{ANSI(9), Color256, 10},
	} {
		if got := shadeFor(tt.c, tt.p); got != tt.want {
			t.Errorf("%v with %v colours is %d, want %d", tt.c, tt.p, got, tt.want)
		}
	}
}

func TestPenChangesAreShort(t *testing.T) {
	table := newPens(TrueColor)
	red, bold := Style{FG: ANSI(1)}, Style{FG: ANSI(1), Attr: Bold}
	for _, tt := range []struct {
		from, to Style
		want     string
	}{
		{Style{}, red, "\x1b[31m"},
		{red, Style{}, "\x1b[m"},
		{red, bold, "\x1b[1m"},
		{bold, red, "\x1b[22m"},
		{red, Style{FG: ANSI(9)}, "\x1b[91m"},
		{Style{Attr: Bold | Dim}, Style{Attr: Dim}, "\x1b[0;2m"},
		{Style{FG: RGB(1, 2, 3), Attr: Underline}, Style{FG: RGB(1, 2, 3)}, "\x1b[24m"},
		{Style{}, Style{BG: RGB(1, 2, 3)}, "\x1b[48;2;1;2;3m"},
		{red, red, ""},
	} {
		if got := string(table.change(table.of(tt.from), table.of(tt.to))); got != tt.want {
			t.Errorf("from %v to %v: %q, want %q", tt.from, tt.to, got, tt.want)
		}
	}
}
