package main

// queueFamily compares with the queues of others, a message at a time. None of
// them has an end, a transaction, a stop or a measurement.
func queueFamily() family {
	return family{name: "queues", title: "One message at a time, against queues", contests: []contest{{
		name: "two actors, 1024 u64, against queues", unit: "message",
		ours: variant{"Send and All", pipeline(0)},
		rivals: []rival{
			{variant{"mutex and two conditions, receiver takes all", mutexPipeline}, atLeast(1, 2)},
			{variant{"xsync SPSCQueue, Gosched", xsyncSPSC}, atLeast(1, 2)},
			{variant{"xsync MPMCQueue, Gosched", xsyncMPMC}, atLeast(1, 2)},
			{variant{"Workiva RingBuffer, spins", workiva}, atLeast(1, 2)},
			{variant{"lscq, no bound, Gosched", linked}, atLeast(1, 2)},
		},
	}}}
}
