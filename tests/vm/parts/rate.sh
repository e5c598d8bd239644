# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# rate.sh - a rate that can be held is held, on the vCPU that was asked for; one that cannot is exit 3 and a number

rate_guest() {
	local last try
	last=$(($(nproc) - 1))
	insmod ./irqstorm_eoi.ko
	# the machine below may be busy: a rate that is held once can be held
	for try in 1 2 3 4 5 6; do
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

# rate_others DIR: the disk's interrupts on all vCPUs but the last, from before to after
rate_others() {
	awk '
		FNR == 1 { file++; n = NF }
		/virtio0-req/ { for (i = 2; i <= n; i++) sum[file] += $i }
		END { print sum[2] - sum[1]; exit sum[2] - sum[1] > 4 }' "$1/before" "$1/after"
}

rate_check() {
	tap_is 0 "$(cat "$2/held.status")" "200 per second: exit status 0"
	tap_jq "$2/held.json" '.totals.rate_held and .totals.rate_hz >= 199 and .totals.rate_hz <= 201' \
		"200 per second are held within 0.5 %"
	tap_jq "$2/held.json" '.totals.interrupts == .totals.events and .totals.interrupts_per_event == 1' \
		"200 per second: each event is one interrupt"
	tap_jq "$2/held.json" '.totals.interrupts_elsewhere == 0' "200 per second: all interrupts on the vCPU that was asked for"
	# opening a disk may read from it, wherever that happens: a few
	tap_test "200 per second: by /proc/interrupts the other vCPUs get none" rate_others "$2"
	tap_is 3 "$(cat "$2/not.status")" "a million per second: exit status 3"
	tap_jq "$2/not.json" '(.totals.rate_held | not) and .totals.rate_hz < .plan.rate_hz' \
		"a million per second: the JSON says that they are not held"
	tap_test "a million per second: the text says by how much" grep -E 'not held: .*[0-9]' "$2/not.text"
}
