package collector

import "encoding/json"

// MarshalJSON writes null for what is unknown of a native channel.
func (c Channel) MarshalJSON() ([]byte, error) {
	type plain Channel
	if !c.Native {
		return json.Marshal(plain(c))
	}
	return json.Marshal(struct {
		plain
		Sent   *uint64 `json:"sent"`
		Taken  *uint64 `json:"taken"`
		Closed *bool   `json:"closed"`
	}{plain: plain(c)})
}
