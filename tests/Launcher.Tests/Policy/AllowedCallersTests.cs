using System.Net;
using FsCheck;
using FsCheck.Fluent;
using OrleansHybrid.Launcher.Policy;

namespace OrleansHybrid.Launcher.Tests.Policy;

/// <summary>From which address a call counts as coming, and whether calls from there are taken.</summary>
public sealed class AllowedCallersTests
{
    [Theory]
    // Without proxies the peer alone counts.
    [InlineData("192.0.2.7", "", "", "192.0.2.7", true)]
    [InlineData("192.0.2.8", "", "", "192.0.2.7", false)]
    [InlineData("::ffff:192.0.2.7", "", "", "192.0.2.7", true)]
    [InlineData("192.0.2.7", "", "", "::ffff:192.0.2.7", true)]
    [InlineData("192.0.2.200", "", "", "::ffff:192.0.2.0/120", true)]
    [InlineData("192.0.2.200", "", "", "192.0.2.0/24", true)]
    [InlineData("192.0.3.1", "", "", "192.0.2.0/24", false)]
    [InlineData("192.0.3.1", "", "", "192.0.2.0/24 192.0.3.0/24", true)]
    [InlineData("2001:db8::5", "", "", "2001:db8::/32", true)]
    [InlineData("2001:db9::5", "", "", "2001:db8::/32", false)]
    [InlineData("fe80::1%3", "", "", "fe80::/10", true)]
    [InlineData("203.0.113.9", "", "", "0.0.0.0/0", true)]
    [InlineData("2001:db8::5", "", "", "0.0.0.0/0", false)]
    // Nobody is let in for being near, and an empty list lets in nobody.
    [InlineData("127.0.0.1", "", "", "192.0.2.7", false)]
    [InlineData("::1", "", "", "127.0.0.1", false)]
    [InlineData("127.0.0.1", "", "", "", false)]
    // What a stranger says of itself does not count.
    [InlineData("203.0.113.9", "192.0.2.7", "", "192.0.2.7", false)]
    [InlineData("203.0.113.9", "192.0.2.7", "10.0.0.1", "192.0.2.7", false)]
    [InlineData("192.0.2.7", "203.0.113.9", "10.0.0.1", "192.0.2.7", true)]
    // A proxy is believed about whom it was called by, and not about what that one said.
    [InlineData("10.0.0.1", "192.0.2.7", "10.0.0.1", "192.0.2.7", true)]
    [InlineData("::ffff:10.0.0.1", "192.0.2.7", "10.0.0.1", "192.0.2.7", true)]
    [InlineData("10.0.0.1", "192.0.2.7, 203.0.113.9", "10.0.0.1", "192.0.2.7", false)]
    [InlineData("10.0.0.1", "203.0.113.9, 192.0.2.7", "10.0.0.1", "192.0.2.7", true)]
    [InlineData("10.0.0.1", "203.0.113.9|192.0.2.7", "10.0.0.1", "192.0.2.7", true)]
    [InlineData("10.0.0.1", "192.0.2.7|203.0.113.9", "10.0.0.1", "192.0.2.7", false)]
    // As many proxies as the policy says, and no more.
    [InlineData("10.0.0.1", "192.0.2.7, 10.0.0.2", "10.0.0.0/24", "192.0.2.7", true)]
    [InlineData("10.0.0.1", "192.0.2.7, 10.0.0.3, 10.0.0.2", "10.0.0.0/24", "192.0.2.7", false)]
    // A proxy that names nobody stands for everybody.
    [InlineData("10.0.0.1", "", "10.0.0.1", "10.0.0.1", false)]
    [InlineData("127.0.0.1", "", "127.0.0.1", "127.0.0.1", false)]
    // How proxies write addresses, and how they do not.
    [InlineData("10.0.0.1", "192.0.2.7:4711", "10.0.0.1", "192.0.2.7", true)]
    [InlineData("10.0.0.1", "[2001:db8::5]:4711", "10.0.0.1", "2001:db8::5", true)]
    [InlineData("10.0.0.1", "[2001:db8::5]", "10.0.0.1", "2001:db8::5", true)]
    [InlineData("10.0.0.1", "2001:db8::5", "10.0.0.1", "2001:db8::5", true)]
    [InlineData("10.0.0.1", "::ffff:192.0.2.7", "10.0.0.1", "192.0.2.7", true)]
    [InlineData("10.0.0.1", "fe80::1%eth0", "10.0.0.1", "fe80::/10", false)]
    [InlineData("10.0.0.1", "[fe80::1%1]", "10.0.0.1", "fe80::/10", false)]
    [InlineData("10.0.0.1", "[192.0.2.7]", "10.0.0.1", "192.0.2.7", false)]
    [InlineData("10.0.0.1", "[2001:db8::5", "10.0.0.1", "2001:db8::5", false)]
    [InlineData("10.0.0.1", "[2001:db8::5]x", "10.0.0.1", "2001:db8::5", false)]
    [InlineData("10.0.0.1", "192.0.2.7:", "10.0.0.1", "192.0.2.7", false)]
    [InlineData("10.0.0.1", "192.0.2.7:x", "10.0.0.1", "192.0.2.7", false)]
    [InlineData("10.0.0.1", "unknown", "10.0.0.1", "0.0.0.0/0", false)]
    [InlineData("10.0.0.1", "_hidden", "10.0.0.1", "0.0.0.0/0", false)]
    [InlineData("10.0.0.1", "192.0.2.7,", "10.0.0.1", "192.0.2.7", false)]
    [InlineData("10.0.0.1", "0xc0.0.2.7", "10.0.0.1", "192.0.2.7", false)]
    [InlineData("10.0.0.1", "192.0.519", "10.0.0.1", "192.0.2.7", false)]
    [InlineData("10.0.0.1", "192.0.02.7", "10.0.0.1", "192.0.2.7", false)]
    [InlineData("10.0.0.1", "3221225991", "10.0.0.1", "192.0.2.7", false)]
    public void Peer_header_proxies_and_list_decide(string peer, string headers, string proxies, string allowed, bool admitted)
    {
        var callers = new AllowedCallers(Networks(allowed), Networks(proxies), MaxHops: 2);

        var origin = callers.ResolveCallerAddress(IPAddress.Parse(peer), headers.Length == 0 ? [] : headers.Split('|'));

        Assert.Equal(admitted, origin is not null && callers.IsAllowed(origin));
    }

    [Fact]
    public void A_header_from_a_peer_that_is_no_proxy_never_changes_anything()
    {
        var callers = new AllowedCallers(Networks("192.0.2.0/24"), Networks("10.0.0.0/8"), MaxHops: 3);
        var entry = Gen.Elements("192.0.2.7", "10.0.0.1", "127.0.0.1", "::1", "unknown", "", " ", ",", "[::1]:80", "203.0.113.1");
        var headers = entry.ListOf().Select(entries => string.Join(",", entries)).ListOf();
        var peer = Gen.Elements("203.0.113.9", "192.0.2.9", "127.0.0.1", "::1", "2001:db8::1");
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(
            peer.ToArbitrary(),
            headers.ToArbitrary(),
            (from, said) => Equals(callers.ResolveCallerAddress(IPAddress.Parse(from), [.. said]), callers.ResolveCallerAddress(IPAddress.Parse(from), []))));
    }

    [Theory]
    [InlineData("192.0.2.7/33")]
    [InlineData("192.0.2.7/-1")]
    [InlineData("192.0.2.7/24")]
    [InlineData("192.0.2.0/")]
    [InlineData("192.0.2.0/ 24")]
    [InlineData("::ffff:192.0.2.0/24")]
    [InlineData("2001:db8::/129")]
    [InlineData("10.1")]
    [InlineData("localhost")]
    [InlineData("")]
    public void A_text_that_is_no_network_parses_to_null(string text) => Assert.Null(Network.Parse(text));

    private static IReadOnlyList<Network> Networks(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(network => Network.Parse(network)!)];
}
