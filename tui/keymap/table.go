package keymap

// Groups of the help overlay.
const (
	groupMove   = "Move"
	groupViews  = "Views"
	groupGraph  = "Graph"
	groupList   = "Lists"
	groupFind   = "Find"
	groupTime   = "Service"
	groupAlways = "Viewer"
	groupAnswer = "Answer"
)

// Sets of views.
var (
	base     = []View{Graph, Actors, Channels, Events, Shutdown, Detail}
	tabs     = Tabs()
	lists    = []View{Actors, Channels}
	rows     = []View{Actors, Channels, Events, Shutdown, Detail, Help, Picker}
	openable = []View{Graph, Actors, Channels, Events, Shutdown, Picker}
	everyone = Views()
	noText   = []View{Graph, Actors, Channels, Events, Shutdown, Detail, Help, Picker}
	findable = []View{Graph, Actors, Channels, Picker}
	graph    = []View{Graph}
	typing   = []View{Search, StopName}
)

// table is the table. Its order is the order of help and documentation.
var table = []Binding{
	{[]string{"h", "left"}, Left, "to the actor upstream, along the edge", groupMove, graph, Hint{2, "hjkl", "move"}, false},
	{[]string{"l", "right"}, Right, "to the actor downstream, along the edge", groupMove, graph, Hint{}, false},
	{[]string{"k", "up"}, Up, "up in the same layer", groupMove, graph, Hint{}, false},
	{[]string{"j", "down"}, Down, "down in the same layer", groupMove, graph, Hint{}, false},
	{[]string{"k", "up"}, Up, "a row up", groupMove, rows, Hint{}, false},
	{[]string{"j", "down"}, Down, "a row down", groupMove, rows, Hint{2, "jk", "move"}, false},
	{[]string{"g", "home"}, Top, "to the first", groupMove, noText, Hint{}, false},
	{[]string{"G", "end"}, Bottom, "to the last", groupMove, noText, Hint{}, false},
	{[]string{"ctrl+u"}, HalfUp, "half a page up", groupMove, noText, Hint{}, false},
	{[]string{"ctrl+d"}, HalfDown, "half a page down", groupMove, noText, Hint{}, false},
	{[]string{"pgup", "ctrl+b"}, PageUp, "a page up", groupMove, noText, Hint{}, false},
	{[]string{"pgdown", "ctrl+f"}, PageDown, "a page down", groupMove, noText, Hint{}, false},
	{[]string{"b"}, NextBottleneck, "to the bottleneck; again for the next worst", groupMove, base, Hint{12, "", "bottleneck"}, false},

	{[]string{"enter"}, Open, "open the selected; a list of what is folded", groupViews, openable, Hint{3, "", "open"}, false},
	{[]string{"esc", "backspace"}, Back, "back; ends a search", groupViews, base, Hint{}, false},
	{[]string{"tab"}, NextView, "next view", groupViews, tabs, Hint{4, "", "view"}, false},
	{[]string{"shift+tab"}, PrevView, "previous view", groupViews, tabs, Hint{}, false},
	{[]string{"1"}, ShowGraph, "the graph", groupViews, base, Hint{}, false},
	{[]string{"2"}, ShowActors, "the list of actors", groupViews, base, Hint{}, false},
	{[]string{"3"}, ShowChannels, "the list of channels", groupViews, base, Hint{}, false},
	{[]string{"4"}, ShowEvents, "why: the bottleneck in words, and events", groupViews, base, Hint{}, false},
	{[]string{"5"}, ShowShutdown, "who votes to stop, and who does not", groupViews, base, Hint{}, false},

	{[]string{"+", "="}, ZoomIn, "more of each actor", groupGraph, graph, Hint{7, "+-", "zoom"}, false},
	{[]string{"-", "_"}, ZoomOut, "more actors", groupGraph, graph, Hint{}, false},
	{[]string{"0"}, ZoomFit, "the most that fits", groupGraph, graph, Hint{}, false},
	{[]string{"z"}, ZoomCycle, "next zoom level", groupGraph, graph, Hint{}, false},
	{[]string{"f"}, Focus, "only the neighbours of the selected; again for all", groupGraph, graph, Hint{10, "", "focus"}, false},
	{[]string{"H", "shift+left"}, PanLeft, "move the window left", groupGraph, graph, Hint{13, "HJKL", "pan"}, false},
	{[]string{"L", "shift+right"}, PanRight, "move the window right", groupGraph, graph, Hint{}, false},
	{[]string{"K", "shift+up"}, PanUp, "move the window up", groupGraph, graph, Hint{}, false},
	{[]string{"J", "shift+down"}, PanDown, "move the window down", groupGraph, graph, Hint{}, false},
	{[]string{"R"}, Relayout, "lay the graph out anew", groupGraph, graph, Hint{}, false},
	{[]string{"c"}, Fold, "unfold the selected, or fold it with its like", groupGraph, graph, Hint{14, "cC", "fold"}, false},
	{[]string{"C"}, FoldAll, "next way to fold: fit, nothing, siblings, all", groupGraph, graph, Hint{}, false},

	{[]string{"s"}, SortColumn, "sort by the chosen column", groupList, lists, Hint{7, "", "sort"}, false},
	{[]string{"i"}, SortInvert, "invert the order", groupList, lists, Hint{11, "", "invert"}, false},
	{[]string{"<", ",", "left", "h"}, ColumnLeft, "choose the column at the left", groupList, lists, Hint{10, "<>", "column"}, false},
	{[]string{">", ".", "right", "l"}, ColumnRight, "choose the column at the right", groupList, lists, Hint{}, false},

	{[]string{"/"}, StartSearch, "find by name", groupFind, findable, Hint{5, "", "find"}, false},
	{[]string{"n"}, SearchNext, "next found", groupFind, findable, Hint{}, false},
	{[]string{"N"}, SearchPrev, "previous found", groupFind, findable, Hint{}, false},
	{[]string{"enter"}, Accept, "keep the search", groupFind, []View{Search}, Hint{1, "", "find"}, false},
	{[]string{"esc"}, Cancel, "end the search", groupFind, []View{Search}, Hint{2, "", "cancel"}, false},
	{[]string{"backspace", "ctrl+h"}, Erase, "erase a character", groupFind, typing, Hint{}, false},
	{[]string{"ctrl+u"}, EraseLine, "erase all", groupFind, typing, Hint{}, false},

	{[]string{"space"}, Pause, "hold the picture; the service runs on", groupTime, base, Hint{8, "", "pause"}, false},
	{[]string{"r"}, Reconnect, "connect again now", groupTime, append([]View{Picker}, base...), Hint{}, false},
	{[]string{"S"}, AskStop, "stop the service gracefully; asks first", groupTime, base, Hint{6, "", "stop"}, true},

	{[]string{"y"}, Confirm, "stop the service", groupAnswer, []View{Stop}, Hint{2, "", "stop it"}, true},
	{[]string{"n", "N", "esc", "enter", "q"}, Deny, "leave it running", groupAnswer, []View{Stop}, Hint{1, "", "leave it running"}, false},
	{[]string{"enter"}, Confirm, "stop the service if its name is typed in full", groupAnswer, []View{StopName}, Hint{2, "", "stop it"}, true},
	{[]string{"esc"}, Deny, "leave it running", groupAnswer, []View{StopName}, Hint{1, "", "leave it running"}, false},

	{[]string{"?", "f1"}, ShowHelp, "these keys", groupAlways, noHelp(noText), Hint{1, "", "help"}, false},
	{[]string{"esc", "?", "f1", "backspace"}, Back, "close", groupAlways, []View{Help}, Hint{1, "", "close"}, false},
	{[]string{"q"}, Quit, "leave; the service runs on", groupAlways, noHelp(noText), Hint{9, "", "quit"}, false},
	{[]string{"q"}, Back, "close", groupAlways, []View{Help}, Hint{}, false},
	{[]string{"ctrl+c"}, Quit, "leave; the service runs on", groupAlways, everyone, Hint{}, false},
	{[]string{"ctrl+z"}, Suspend, "to the shell; fg comes back", groupAlways, everyone, Hint{}, false},
	{[]string{"ctrl+l"}, Redraw, "paint everything anew", groupAlways, everyone, Hint{}, false},
}

// noHelp returns views without Help, which closes where others open or quit.
func noHelp(views []View) []View {
	var out []View
	for _, v := range views {
		if v != Help {
			out = append(out, v)
		}
	}
	return out
}
