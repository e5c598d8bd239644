# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# net.sh - a storm between two virtio-net devices: one RX interrupt for each round trip, on the vCPU that was asked for, and
# all affinities and both devices are given back, whatever ends the run

# all that a run could change of interrupts; where they go effectively lags behind, and spurious is a count
net_irqs() { (cd /proc/irq && grep -r . . | grep -vE '/(effective_affinity(_list)?|spurious):' | sort); }

# net_same DIR NAME: NAME.irqs are as before, and both devices are here
net_same() {
	net_irqs >"$1/$2.irqs"
	ip -o link | grep -c ' eth[01]: ' >"$1/$2.nics"
}

# net_refused DIR NAME ARG...: a run that is refused; its status and words
net_refused() {
	local dir=$1 name=$2
	shift 2
	./irqstorm -d 500ms --warmup=0 -q -w "$@" >"$dir/$name.words" 2>&1
	echo "$?" >"$dir/$name.status"
}

# the machine may be slow: a run has begun when the second device is away, and a second later it is in the midst of it
net_when_running() {
	local i=0
	while [ -e /sys/class/net/eth1 ] && [ $((i += 1)) -lt 300 ]; do
		usleep 100000
	done
	sleep 1
}

net_killed() {
	local pid
	./irqstorm -w virtio-net,peer=pair:eth1 -c "$2" -R 50 -d 100s --warmup=0 -q >/dev/null 2>&1 &
	pid=$!
	net_when_running
	ip -o link | grep -c ' eth1: ' >"$1/away"
	net_irqs >"$1/running.irqs"
	kill -KILL $pid
	wait $pid
	sleep 1
	net_irqs >"$1/killed.irqs"
	ip -o link | grep -c ' eth[01]: ' >"$1/killed.nics"
	ip link set eth1 up
	sleep 1
}

net_guest() {
	local last dev try
	last=$(($(nproc) - 1))
	ip link set eth0 up
	ip link set eth1 up
	sleep 1
	net_irqs >"$1/before.irqs"
	# the machine below may be busy: a rate that is held once can be held
	for try in 1 2 3 4 5 6; do
		./irqstorm -w virtio-net,peer=pair:eth1 -c $last -R 20 -d 4s -J -q -o "$1/paced.json"
		echo $? >"$1/paced.status"
		[ "$(cat "$1/paced.status")" = 3 ] || break
		echo "try $try: not held"
	done
	net_same "$1" paced
	./irqstorm -w virtio-net,peer=pair:eth1 -c $last -d 4s -J -q -o "$1/max.json"
	net_same "$1" max

	# steering and a pair, killed: the next run puts back, and irqstorm restore does
	net_killed "$1" $last
	./irqstorm -w null -R 100 -d 100ms --warmup=0 >"$1/next.words" 2>&1
	net_same "$1" next
	net_killed "$1" $last
	./irqstorm restore >"$1/restore.words" 2>&1
	echo $? >"$1/restore.status"
	net_same "$1" restored

	net_refused "$1" nowhere virtio-net,dev=eth7,peer=pair:eth1
	ip link set eth0 down
	net_refused "$1" down virtio-net,dev=eth0,peer=pair:eth1
	ip link set eth0 up
	ip addr add 192.0.2.1/24 dev eth0
	net_refused "$1" silent virtio-net,dev=eth0,peer=192.0.2.2,timeout=100 -R 10 -J -o "$1/silent.json"
	ip addr flush dev eth0
	net_same "$1" refused

	if [ "$last" -gt 0 ]; then
		(net_when_running; echo 0 >/sys/devices/system/cpu/cpu$last/online) &
		./irqstorm -w virtio-net,peer=pair:eth1 -c $last -R 20 -d 8s --warmup=0 -q >"$1/offline.words" 2>&1
		echo $? >"$1/offline.status"
		wait
		echo 1 >/sys/devices/system/cpu/cpu$last/online
		net_same "$1" offline
	fi
	dev=$(readlink -f /sys/class/net/eth0/device/..)
	(net_when_running; echo 1 >"$dev/remove") &
	./irqstorm -w virtio-net,dev=eth0,peer=pair:eth1,timeout=500 -c $last -R 20 -d 60s --warmup=0 -q >"$1/unplugged.words" 2>&1
	echo $? >"$1/unplugged.status"
	ip -o link | grep -c ' eth1: ' >"$1/unplugged.nics"
	ls /run/irqstorm >"$1/journals"
}

# net_given_back DIR NAME: affinities as before, both devices there
net_given_back() {
	tap_test "$3: all of /proc/irq is as before" eval "[ -s '$1/before.irqs' ] && cmp '$1/before.irqs' '$1/$2.irqs'"
	tap_is 2 "$(cat "$1/$2.nics")" "$3: both devices are here"
}

# net_said DIR NAME STATUS WORDS
net_said() {
	tap_is "$3" "$(cat "$1/$2.status")" "$2: exit status $3"
	tap_test "$2: it says '$4'" grep -F "$4" "$1/$2.words"
}

net_check() {
	tap_is 0 "$(cat "$2/paced.status")" "20 round trips per second: exit status 0"
	tap_jq "$2/paced.json" '.totals.interrupts_per_event >= 0.98 and .totals.interrupts_per_event <= 1.02' \
		"20 round trips per second: 1.00 +- 0.02 RX interrupts each"
	tap_jq "$2/paced.json" '.totals.interrupts_elsewhere == 0 and .cpus[0].irq_cpu == .cpus[0].cpu and .totals.lost == 0' \
		"20 round trips per second: all on the vCPU that was asked for"
	net_given_back "$2" paced "after a run"
	tap_jq "$2/max.json" '.totals.events > 50 and .totals.interrupts_per_event >= 0.98 and .totals.interrupts_per_event <= 1.02' \
		"as fast as it goes: 1.00 +- 0.02 RX interrupts each"
	net_given_back "$2" max "after another"
	tap_is 0 "$(cat "$2/away")" "in the run the second device is in another namespace"
	[ "$1" != "${1%smp1}" ] || tap_test "in the run affinities are others" eval "! cmp -s '$2/before.irqs' '$2/running.irqs'"
	tap_is "$(cat "$2/running.irqs")" "$(cat "$2/killed.irqs")" "killed: the affinities stay"
	tap_is 2 "$(cat "$2/killed.nics")" "killed: both devices are in the first namespace"
	net_given_back "$2" next "the next run after it"
	tap_is 0 "$(cat "$2/restore.status")" "irqstorm restore: exit status 0"
	net_given_back "$2" restored "irqstorm restore"
	net_said "$2" nowhere 4 "there is no NIC eth7 here"
	net_said "$2" down 4 "eth0 is down: ip link set eth0 up"
	tap_is 3 "$(cat "$2/silent.status")" "a peer that never answers: exit status 3"
	tap_jq "$2/silent.json" '.totals.lost_share == 1 and .elapsed_ns < 1000000000' \
		"a peer that never answers: all is lost, and the run ends in time"
	net_given_back "$2" refused "after refusals"
	if [ -f "$2/offline.status" ]; then
		net_said "$2" offline 1 "was taken away in mid-run"
		net_given_back "$2" offline "after a vCPU went offline"
	fi
	# a device goes down before it goes away: which of the two the storm sees first is not ours to say
	tap_is 1 "$(cat "$2/unplugged.status")" "unplugged: exit status 1"
	tap_test "unplugged: it says that eth0 is gone or down" grep -E "eth0 (is gone|went down)" "$2/unplugged.words"
	tap_is 1 "$(cat "$2/unplugged.nics")" "unplugged: the other device is here"
	tap_is "" "$(cat "$2/journals")" "no journal is left"
}
