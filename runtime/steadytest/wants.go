package steadytest

import (
	"strings"

	"github.com/steadytop/steadytop/runtime/internal/rig"
	"github.com/steadytop/steadytop/runtime/telemetry"
)

// service is the graph as a viewer sees it.
func (h *Harness) service() rig.Service {
	h.tb.Helper()
	h.Settle()
	s := h.graph.rig.Service()
	if s == nil {
		<-h.done
		h.ended = true
		h.tb.Fatalf("steadytest: the graph did not start: %v", h.err)
	}
	return s
}

// vote returns the last answer of an actor.
func (h *Harness) vote(actor string) telemetry.ActorVote {
	h.tb.Helper()
	i := h.under().actor(actor)
	return h.service().Shutdown().Votes[i]
}

// WantVeto fails the test unless the actor refuses to stop at the moment, for a
// reason that has the text in it.
func (h *Harness) WantVeto(actor, text string) {
	h.tb.Helper()
	v := h.vote(actor)
	if v.Vote != telemetry.VoteVeto || !strings.Contains(v.Reason, text) {
		h.tb.Errorf("actor %q: the vote is %v, %q; want a veto with %q%s", actor, v.Vote, v.Reason, text, h.story.String())
	}
}

// WantEnded fails the test unless the actor has ended.
func (h *Harness) WantEnded(actor string) {
	h.tb.Helper()
	if v := h.vote(actor); v.State != telemetry.StateDone {
		h.tb.Errorf("actor %q has not ended: it is %v; vote %v, %q%s", actor, v.State, v.Vote, v.Reason, h.story.String())
	}
}

// WantRestarts fails the test unless the actor was started again so many times.
func (h *Harness) WantRestarts(actor string, n int) {
	h.tb.Helper()
	i := h.under().actor(actor)
	d, _ := h.service().ActorDetail(uint32(i))
	if d.Regeneration != uint64(n) {
		h.tb.Errorf("actor %q was started again %d times, want %d; its last failure: %s%s", actor, d.Regeneration, n, d.LastFailure, h.story.String())
	}
}
