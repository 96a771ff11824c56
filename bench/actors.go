package main

import "github.com/asynkron/protoactor-go/actor"

// actorFamily compares with actor libraries: the way each shows in its own
// documentation to hand over a number in order.
func actorFamily() family {
	return family{name: "actors", title: "Against actor libraries", contests: []contest{
		{
			name: "two actors, u64, against actor libraries", unit: "message",
			ours: variant{"Send and All, 1024", pipeline(0)},
			rivals: []rival{
				{variant{"protoactor, Bounded(1024)", protoactor(actor.Bounded(capacity))}, atLeast(5, 12)},
				{variant{"protoactor, Unbounded", protoactor(actor.Unbounded())}, atLeast(5, 12)},
				{variant{"phony", phonyPipeline}, atLeast(5, 12)},
				{variant{"suture, services over a chan of 1024", suturePipeline}, atLeast(5, 12)},
			},
		},
		{
			name: "ping and pong, against actor libraries", unit: "round trip",
			ours: variant{"pooled, capacity 1", pingPong(false)},
			rivals: []rival{
				{variant{"protoactor, Request and Respond", protoPingPong}, atLeast(1, 2)},
				{variant{"phony", phonyPingPong}, atLeast(1, 2)},
			},
		},
	}}
}
