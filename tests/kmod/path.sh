#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# path.sh MODULE.ko... - how many instructions an EOI takes in the module's callback, by the disassembly
#
# Walks each callback from its entry to its return, once for a bit that is set and once for one that is not, with timing
# off; the return (through a thunk: one jump and one RET) is counted, the WRMSR or store to the register too.
# Exits 1 where the fast path takes more than 22 or the register path more than 25.
# Knows what gcc makes of the callbacks: the one conditional jump behind the BTR. Must not know the sources.

status=0
for ko; do
	objdump -d -r --no-show-raw-insn "$ko" | awk -v ko="${ko##*/build}" '
		/^[0-9a-f]+ <eoi_(x2apic|xapic)>:/ { name = substr($2, 2, length($2) - 3); names[++nr] = name; n = 0 }
		/^$/ { name = "" }
		name == "" { next }
		/R_X86_64_/ { reloc[name, n] = $NF; next }
		$1 ~ /^[0-9a-f]+:$/ {
			at[name, ++n] = substr($1, 1, length($1) - 1)
			place[name, at[name, n]] = n
			op[name, n] = $2
			to[name, n] = $3
			last[name] = n
		}
		# from the entry to the return: the number of instructions, or 0 where this walk does not understand
		function walk(f, set,	i, count, btr) {
			for (i = 1; i <= last[f] && count < 100; ) {
				count++
				if (op[f, i] ~ /^ret/ || (op[f, i] == "jmp" && reloc[f, i] ~ /return_thunk/))
					return btr ? count + (op[f, i] == "jmp") : 0
				if (op[f, i] ~ /^btr/)
					btr++
				if (op[f, i] == "jmp" || (op[f, i] ~ /^j(b|c)$/ && set) || (op[f, i] ~ /^j(ae|nc)$/ && !set)) {
					i = place[f, to[f, i]]
					if (!i)
						return 0
				} else if (op[f, i] ~ /^j/ && op[f, i] !~ /^j(b|c|ae|nc)$/) {
					return 0
				} else {
					i++
				}
			}
			return 0
		}
		END {
			for (i = 1; i <= nr; i++) {
				fast = walk(names[i], 1)
				msr = walk(names[i], 0)
				printf "%s %s: %d instructions with the bit set, %d without\n", ko, names[i], fast, msr
				bad += !fast || !msr || fast > 22 || msr > 25
			}
			exit bad || nr != 2
		}' || status=1
done
exit $status
