using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using OrleansHybrid.Launcher.Policy;
using OrleansHybrid.Launcher.Secrets;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Launcher.Tests.Policy;

/// <summary>Whose a secret is, and that nothing but the ring compares any.</summary>
public sealed partial class KeyringTests
{
    private const string First = "5f0c9e1b7a3d48269f0e1c2b3a4d5e6f", Second = "0123456789abcdef0123456789abcdef";

    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Wrong() =>
    [
        "", First[..^1], First + "0", First + First, First.ToUpperInvariant(), $" {First}", $"{First}\n", $"{First}\0", "5f0c9e1b7a3d48269f0e1c2b3a4d5e60",
        "0f0c9e1b7a3d48269f0e1c2b3a4d5e6f", "geheim-ünï-秘密-🔑", "\ud800", new string('a', 1 << 20),
    ];

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_secret_belongs_to_no_credential(string presented)
    {
        using var ring = Ring((Plain("a"), First), (Plain("b"), Second));

        Assert.Null(ring.FindBySecret(presented, Now));
    }

    [Fact]
    public void Several_secrets_are_good_at_once_each_in_its_time()
    {
        using var ring = Ring(
            (Plain("old") with { NotAfter = Now }, First), (Plain("new") with { NotBefore = Now.AddMinutes(-1) }, Second));

        Assert.Equal(("old", null), (Who(First, -1), Who(First, 0)));
        Assert.Equal((null, "new"), (Who(Second, -61), Who(Second, -60)));

        string? Who(string secret, int seconds) => ring.FindBySecret(secret, Now.AddSeconds(seconds))?.Id;
    }

    [Fact]
    public void A_credential_is_good_for_its_own_schemes_alone()
    {
        byte[] text = [1, 2, 3];
        using var ring = Ring((Plain("plain"), First), (Plain("hmac") with { Schemes = CallSchemes.Hmac }, Second));
        byte[] Signed(string secret) => System.Security.Cryptography.HMACSHA256.HashData(System.Text.Encoding.ASCII.GetBytes(secret), text);

        Assert.Equal(("plain", null), (ring.FindBySecret(First, Now)?.Id, ring.FindBySecret(Second, Now)?.Id));
        Assert.Equal(
            [null, "hmac", null, null],
            new[] { ("plain", First), ("hmac", Second), ("hmac", First), ("nobody", Second) }
                .Select(call => ring.FindBySignature(call.Item1, text, Signed(call.Item2), Now)?.Id));
    }

    [Fact]
    public void How_long_the_answer_takes_says_nothing_of_where_a_secret_begins_to_differ()
    {
        using var ring = Ring((Plain("a"), First));
        string[] presented = ["a" + First[1..], First[..^1] + "0"];
        long[][] took = [new long[20_000], new long[20_000]];
        for (var trial = 0; trial < took[0].Length * 2; trial++)
        {
            var began = Stopwatch.GetTimestamp();
            ring.FindBySecret(presented[trial % 2], Now);
            took[trial % 2][trial / 2] = Stopwatch.GetTimestamp() - began;
        }

        // Medians of calls that took turns: a busy machine slows both.
        var (early, late) = (took[0].Order().ElementAt(10_000), took[1].Order().ElementAt(10_000));
        Assert.InRange((double)late / early, 0.5, 2);
    }

    [Fact]
    public void A_secret_can_not_be_compared_by_itself()
    {
        var methods = typeof(SecretBytes).GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance);

        Assert.DoesNotContain(methods, method => method.DeclaringType == typeof(SecretBytes) && method.Name is "op_Equality" or "op_Inequality" or "op_Implicit");
        Assert.DoesNotContain(typeof(SecretBytes).GetInterfaces(), known => known.Name.StartsWith("IEquatable", StringComparison.Ordinal));
        Assert.Equal(typeof(object), typeof(SecretBytes).GetMethod(nameof(Equals), [typeof(object)])!.DeclaringType);
    }

    [Fact]
    public void No_code_of_policy_and_endpoint_compares_a_secret_or_its_tag_but_in_constant_time()
    {
        string[] lines = [.. new[] { "grains/Launcher/Policy", "silo/Silo/Api/Launcher" }
            .SelectMany(room => Directory.EnumerateFiles(Path.Combine(PolicyFolder.Repository, room), "*.cs"))
            .SelectMany(File.ReadLines)];

        Assert.Contains(lines, line => line.Contains("FixedTimeEquals(tag, key.Tag)", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => Comparison().IsMatch(line));
        Assert.Matches(Comparison(), "if (secret == other.Secret)");
        Assert.Matches(Comparison(), "key.Tag.AsSpan().SequenceEqual(tag)");
        Assert.Matches(Comparison(), "key.Secret.Span.Equals(x)");
    }

    [GeneratedRegex(@"(?i)\b(secret|tag|signature|sent|presented)(\.span|\.memory|\.asspan\(\))?\s*(==|!=|\.(Sequence)?Equals?\()|(==|!=)\s*([\w.]+\.)?(secret|tag|signature|sent|presented)\b")]
    private static partial Regex Comparison();

    private static CallerCredential Plain(string id) => new(id, new SecretSource(id, null), CallSchemes.Plain, null, null, MayForce: false);

    private static Keyring Ring(params (CallerCredential Credential, string Secret)[] all) => Keyring.Of(
        [.. all.Select(one => one.Credential)],
        source => new SecretBytes(System.Text.Encoding.ASCII.GetBytes(all.Single(one => one.Credential.Secret == source).Secret)),
        new SecretRedactor());
}
