//go:build !unix

package steady

import "os"

// outlivePipes does nothing: there is no SIGPIPE.
func outlivePipes(chan os.Signal) (unmute func()) { return func() {} }

// brokenOutput is for systems that have SIGPIPE.
func brokenOutput() string { return "" }
