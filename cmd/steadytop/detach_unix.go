//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// detach keeps the signals of the terminal, such as ctrl-c, from the process.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
