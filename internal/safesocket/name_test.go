package safesocket

import (
	"errors"
	"strings"
	"testing"
)

func TestFileName(t *testing.T) {
	long := strings.Repeat("x", 200)
	for _, c := range []struct {
		in, want string
		room     int
	}{
		{"robot", "robot", 64},
		{"my service/2", "my_service_2", 64},
		{"../../etc/passwd", "_.._etc_passwd", 64},
		{".hidden", "hidden", 64},
		{"-rf", "rf", 64},
		{"", "service", 64},
		{"測定", "__", 64},
		{"a\x1b[2J\n", "a__2J_", 64},
		{"robot", "robot", 5},
	} {
		got, err := fileName(c.in, c.room)
		if err != nil || got != c.want {
			t.Errorf("fileName(%q, %d) = %q, %v, want %q", c.in, c.room, got, err, c.want)
		}
	}
	a, _ := fileName(long+"a", 64)
	b, _ := fileName(long+"b", 64)
	if len(a) > 64 || a == b {
		t.Errorf("long names: %q and %q", a, b)
	}
	if short, err := fileName(long, 8); err != nil || len(short) != 8 {
		t.Errorf("room for a hash alone: %q, %v", short, err)
	}
	if _, err := fileName(long, 7); !errors.Is(err, ErrPathTooLong) {
		t.Errorf("no room: %v", err)
	}
}

func TestBaseFitsAndParsesBack(t *testing.T) {
	for _, dirLen := range []int{5, 40, 80, 83} {
		dir := "/" + strings.Repeat("d", dirLen-1)
		for n := range 3 {
			stem, err := base(dir, "robot-arm", 1234567, n)
			if err != nil {
				t.Fatal(err)
			}
			path := stem + suffix
			if err := checkLength(path); err != nil {
				t.Errorf("%d bytes of folder: %v", dirLen, err)
			}
			if name, pid := parse(path[dirLen+1:]); pid != 1234567 || dirLen < 80 && name != "robot-arm" {
				t.Errorf("%s: name %q, pid %d", path, name, pid)
			}
		}
	}
	_, err := base("/"+strings.Repeat("d", 95), "robot", 1234567, 0)
	if !errors.Is(err, ErrPathTooLong) || !strings.Contains(err.Error(), EnvDir) {
		t.Errorf("folder without room: %v", err)
	}
}

func TestParse(t *testing.T) {
	for in, want := range map[string]struct {
		name string
		pid  int
	}{
		"robot-12.sock":   {"robot", 12},
		"a-b-12.sock":     {"a-b", 12},
		"robot+2-12.sock": {"robot", 12},
		"c++-12.sock":     {"c++", 12},
		"custom.sock":     {"custom", 0},
		"robot-x.sock":    {"robot-x", 0},
		"robot--3.sock":   {"robot-", 3},
		"-12.sock":        {"-12", 0},
		".sock":           {"", 0},
		"a-999999999":     {"a", 999999999},
	} {
		if name, pid := parse(in); name != want.name || pid != want.pid {
			t.Errorf("parse(%q) = %q, %d, want %q, %d", in, name, pid, want.name, want.pid)
		}
	}
}
