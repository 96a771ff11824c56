package screen

import "strings"

// Profile says how many colours a terminal shows.
type Profile uint8

// The profiles.
const (
	NoColor   Profile = iota // attributes only
	Color16                  // the user's palette of sixteen
	Color256                 // the xterm palette
	TrueColor                // 24 bits
)

var profileNames = [...]string{"none", "16", "256", "truecolor"}

// String returns "none", "16", "256" or "truecolor".
func (p Profile) String() string {
	if int(p) < len(profileNames) {
		return profileNames[p]
	}
	return "unknown"
}

// Environment is what the variables of a process say about its terminal.
type Environment struct {
	Profile Profile
	Dumb    bool // no cursor motion: print lines instead of painting
	UTF8    bool // the locale is UTF-8
	Light   bool // the background is light; a guess that the terminal's own answer overrules
}

// ReadEnvironment judges the terminal by NO_COLOR, COLORTERM, TERM, COLORFGBG
// and the locale. lookup is os.LookupEnv, or a map in tests.
func ReadEnvironment(lookup func(string) (string, bool)) Environment {
	get := func(name string) string {
		v, _ := lookup(name)
		return v
	}
	term := strings.ToLower(get("TERM"))
	env := Environment{
		Profile: termProfile(term),
		Dumb:    term == "" || term == "dumb" || term == "unknown",
		UTF8:    utf8Locale(get),
		Light:   lightBackground(get("COLORFGBG")),
	}
	if ct := strings.ToLower(get("COLORTERM")); !env.Dumb {
		switch {
		case strings.HasPrefix(term, "screen") && get("TMUX") == "":
			// GNU screen hands COLORTERM through but garbles 24 bits.
		case ct == "truecolor" || ct == "24bit":
			env.Profile = TrueColor
		case ct != "":
			env.Profile = max(env.Profile, Color16)
		}
	}
	// https://no-color.org: present and not empty, whatever the value.
	if get("NO_COLOR") != "" {
		env.Profile = NoColor
	}
	return env
}

// termProfile judges by TERM alone, which is all that ssh hands over.
func termProfile(term string) Profile {
	for _, known := range []string{"-direct", "kitty", "ghostty", "alacritty", "wezterm", "foot", "contour", "rio"} {
		if strings.Contains(term, known) {
			return TrueColor
		}
	}
	switch {
	case strings.Contains(term, "256color"):
		return Color256
	case term == "", term == "dumb", term == "unknown", strings.HasPrefix(term, "vt"), strings.HasSuffix(term, "-m"), strings.HasSuffix(term, "-mono"):
		return NoColor
	}
	return Color16
}

// utf8Locale follows the order in which the C library reads the locale.
// Without any of them the locale is unknown; UTF-8 is by far the likelier.
func utf8Locale(get func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToLower(get(name)); v != "" {
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return true
}

// lightBackground reads COLORFGBG, "foreground;background" in palette numbers.
func lightBackground(v string) bool {
	i := strings.LastIndexByte(v, ';')
	bg := v[i+1:]
	return i >= 0 && (bg == "7" || bg == "15")
}
