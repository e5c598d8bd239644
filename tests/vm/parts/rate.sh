# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# rate.sh - a rate that can be held is held, on the vCPU that was asked for; one that cannot is exit 3 and a number

rate_guest() {
	local last try
	last=$(($(nproc) - 1))
	insmod ./irqstorm_eoi.ko
	# the machine below may be busy: a rate that is held once can be held
	for try in 1 2 3; do
		cat /proc/interrupts >"$1/before"
		./irqstorm -w virtio-blk,dev=/dev/vda -c $last -R 200 -d 4s --warmup=500ms -q -J -o "$1/held.json"
		echo $? >"$1/held.status"
		cat /proc/interrupts >"$1/after"
		[ "$(cat "$1/held.status")" = 3 ] || break
		echo "try $try: not held"
	done
	./irqstorm -w virtio-blk,dev=/dev/vda -R 1M -d 500ms --warmup=200ms -q -J -o "$1/not.json"
	echo $? >"$1/not.status"
	./irqstorm -w virtio-blk,dev=/dev/vda -R 1M -d 500ms --warmup=200ms -q >"$1/not.text" 2>&1
	rmmod irqstorm_eoi
}

# storm FILE: of each CPU, the interrupts of the disk's queues
rate_vectors() { awk 'NR == 1 { n = NF } /virtio0-req/ { for (i = 2; i <= n + 1; i++) s[i] += $i } END { for (i = 2; i <= n + 1; i++) print s[i] }' "$1"; }

rate_check() {
	tap_is 0 "$(cat "$2/held.status")" "200 per second: exit status 0"
	tap_jq "$2/held.json" '.totals.rate_held and .totals.rate_hz >= 199 and .totals.rate_hz <= 201' \
		"200 per second are held within 0.5 %"
	tap_jq "$2/held.json" '.totals.interrupts == .totals.events and .totals.interrupts_per_event == 1' \
		"200 per second: each event is one interrupt"
	tap_is "$(rate_vectors "$2/before" | head -n -1)" "$(rate_vectors "$2/after" | head -n -1)" \
		"200 per second on the last vCPU: no other one gets any of the interrupts"
	tap_is 3 "$(cat "$2/not.status")" "a million per second: exit status 3"
	tap_jq "$2/not.json" '(.totals.rate_held | not) and .totals.rate_hz < .plan.rate_hz' \
		"a million per second: the JSON says that they are not held"
	tap_test "a million per second: the text says by how much" grep -E 'not held: .*[0-9]' "$2/not.text"
}
