package steadytest

import "flag"

var update = flag.Bool("update", false, "rewrite the traces in testdata")
