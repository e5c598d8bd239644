# SPDX-License-Identifier: GPL-2.0-or-later
# bold.awk - the words that a man page sets in bold, each with its section: "JSON<tab>rate_hz". Options, verbs and keys are
# set so; a word of a sentence is not.

function words(text,    i, nr, part) {
	gsub(/\\&|\\f[BIRP]|\[\]|[.,;:()]/, "", text)
	gsub(/\\-/, "-", text)
	nr = split(text, part, / +/)
	for (i = 1; i <= nr; i++)
		if (part[i] != "")
			print section "\t" part[i]
}

# the first argument of a macro's line, and the line without it
function argument(    end, text) {
	sub(/^ +/, "", line)
	if (line ~ /^"/) {
		line = substr(line, 2)
		end = index(line, "\"")
	} else {
		end = index(line, " ")
	}
	if (!end)
		end = length(line) + 1
	text = substr(line, 1, end - 1)
	line = substr(line, end + 1)
	return text
}

/^\.SH/ { section = $0; sub(/^\.SH /, "", section) }

# .B: all in bold; .BR and .BI: every other one, from the first; .RB and .IB: from the second
/^\.(B|BR|BI|RB|IB) / {
	macro = substr($1, 2)
	line = substr($0, length($1) + 2)
	for (nr = 0; line != ""; nr++) {
		text = argument()
		if (macro == "B" || (macro ~ /^B/) == (nr % 2 == 0))
			words(text)
	}
}
