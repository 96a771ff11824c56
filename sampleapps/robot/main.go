// Robot is a small navigation stack with invented sensors: nine actors, a
// feedback loop, an actor on a thread of its own, and a bottleneck to find.
package main

import (
	"context"
	"log"

	"github.com/steadytop/steadytop/sampleapps/robot/robot"
)

func main() {
	if err := robot.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
}
