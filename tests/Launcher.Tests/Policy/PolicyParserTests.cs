using System.Net;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Jarvice;
using OrleansHybrid.Launcher.Policy;

namespace OrleansHybrid.Launcher.Tests.Policy;

/// <summary>The policy file: the original's keys as they are, ours beside them, and what is said of mistakes.</summary>
public sealed class PolicyParserTests
{
    private const string MinimalPolicy = """
        image: t1
        instance_type: ngd3
        max_time_minutes: 40
        allowed_client_ip: 192.0.2.7
        shared_secret_file: /etc/hybrid/secret
        provider: local
        script: |
          cd /tmp
          bash nimbix-bootstrap.sh {commit_hash}

        """;

    [Fact]
    public void The_originals_keys_are_enough_and_the_rest_is_strict()
    {
        var policy = PolicyParser.Parse(MinimalPolicy);

        Assert.Equal(("t1", "ngd3", TimeSpan.FromMinutes(40)), (policy.Profile.Image, policy.Profile.MachineType, policy.Profile.Limit));
        Assert.True(policy.Callers.IsAllowed(IPAddress.Parse("192.0.2.7")));
        Assert.Equal(
            [new CallerCredential("shared", new SecretSource("/etc/hybrid/secret", null), CallSchemes.Plain, null, null, false)], policy.Credentials);
        Assert.Equal((new LaunchQuota(4), new LaunchBudget(), true), (policy.Profile.Caps, policy.Profile.Budget, policy.Profile.Enabled));
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 3237), policy.Listener.Listen);
        Assert.Equal((false, false, true, false), (policy.Listener.AllowPlainHttp, policy.Listener.SilentRejections, policy.Listener.StreamsConsole, policy.Listener.CancelOnDisconnect));
        Assert.Equal("nimbix", policy.Account);
        Assert.Contains("cd /tmp", policy.Script.Fill("abc", new Dictionary<string, string>(), "m"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{file: /etc/hybrid/secret}", "/etc/hybrid/secret", null)]
    [InlineData("{env: CI_SECRET}", null, "CI_SECRET")]
    public void The_originals_key_may_say_where_the_secret_is(string where, string? file, string? variable)
    {
        var policy = PolicyParser.Parse(MinimalPolicy.Replace("shared_secret_file: /etc/hybrid/secret", $"shared_secret: {where}", StringComparison.Ordinal));

        Assert.Equal(new SecretSource(file, variable), Assert.Single(policy.Credentials).Secret);
    }

    [Fact]
    public void The_policy_of_the_guide_is_one()
    {
        var guide = File.ReadAllText(Path.Combine(PolicyFolder.Repository, "docs/how-to/launcher.md"));
        var lines = guide.Split("```yaml\n")[1].Split("```")[0].Split('\n').Select(line => line.Length > 3 ? line[3..] : "");

        var policy = PolicyParser.Parse(string.Join('\n', lines));

        Assert.Equal((LaunchProviderKind.Jarvice, "ngd3", "shared"), (policy.Provider, policy.Profile.MachineType, Assert.Single(policy.Credentials).Id));
        Assert.Equal((SubmitShape.Batch, "/etc/hybrid/nimbix.key"), (policy.Jarvice!.Options.Shape, policy.Jarvice.Key.File));
    }

    [Fact]
    public void All_of_ours_is_read()
    {
        var policy = PolicyParser.Parse(MinimalPolicy.Replace("allowed_client_ip: 192.0.2.7\n", "", StringComparison.Ordinal) + """
            account: gpu
            enabled: false
            nodes: 2
            allowed_client_ip: [192.0.2.0/24, "2001:db8::/32"]
            proxies: {trusted: 10.0.0.1, hops: 2}
            credentials:
              ci: {secret_env: CI_SECRET, scheme: both, not_before: 2026-01-01T00:00:00Z, not_after: 2027-01-01T00:00:00+01:00, may_force: true}
              new-id: {secret_file: /etc/hybrid/new}
            parameters:
              branch: {pattern: "[a-z]+", default: main}
              python: {values: ["3.11", "3.12"]}
            strict_hash: true
            caps: {account: 3, instance_type: 2, credential: 1, foreign_jobs: true}
            budget: {day: 10, month: 100.50, credential_day: 5, credential_month: 50}
            price_ceiling: 3.20
            longest_queue_minutes: 30
            grace_seconds: 5
            result_valid_minutes: 15
            rates: {calls: 100, credential_launches: 10, launches: 20}
            secret_file_mode: 0440
            allow_plain_http: true
            silent_refusals: true
            stream: false
            on_disconnect: cancel
            jarvice:
              base_url: https://api.example.com/api
              username: me
              key_file: /etc/hybrid/apikey
              submit: legacy
              get_calls: [output, jobs]
              vault: data
              ca_file: /etc/hybrid/ca.pem
            """);

        var ci = policy.Credentials[1];
        Assert.Equal(("ci", "CI_SECRET", CallSchemes.Plain | CallSchemes.Hmac, true), (ci.Id, ci.Secret.Variable, ci.Schemes, ci.MayForce));
        Assert.Equal((new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 12, 31, 23, 0, 0, TimeSpan.Zero)), (ci.NotBefore, ci.NotAfter));
        Assert.Equal(CallSchemes.Hmac, policy.Credentials[2].Schemes);
        Assert.Equal(("main", null), (policy.Parameters["branch"].DefaultValue, policy.Parameters["python"].DefaultValue));
        Assert.Equal((new LaunchQuota(3, 2, 1, ForeignJobs: true), new LaunchBudget(10, 100.5m, 5, 50), 3.2m), (policy.Profile.Caps, policy.Profile.Budget, policy.Profile.PricePerHour));
        Assert.Equal((2, false), (policy.Profile.Nodes, policy.Profile.Enabled));
        Assert.Equal(
            (TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(15)),
            (policy.Profile.LongestQueue, policy.Profile.Grace, policy.Profile.ResultValid));
        Assert.Equal(new CallRates(100, 10, 20), policy.Rates);
        Assert.Equal((2, UnixFileMode.GroupRead), (policy.Callers.MaxHops, policy.SecretFileMode));
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Any, 3237), policy.Listener.Listen);
        Assert.Equal((true, true, false, true), (policy.Listener.AllowPlainHttp, policy.Listener.SilentRejections, policy.Listener.StreamsConsole, policy.Listener.CancelOnDisconnect));
        var (api, key) = policy.Jarvice!;
        Assert.Equal(("https://api.example.com/api/", "me", SubmitShape.Legacy), (api.BaseAddress.ToString(), api.Username, api.Shape));
        Assert.Equal([ProviderCall.Jobs, ProviderCall.Output], api.GetFallback.Order());
        Assert.Equal(("data", "/etc/hybrid/ca.pem"), (api.Vault, api.CaFile));
        Assert.Equal(("/etc/hybrid/apikey", UnixFileMode.GroupRead), (key.File, key.AllowedMode));
        Assert.True(policy.StrictHash);
    }

    [Theory]
    [InlineData("shared_secret: changeme", "line 10: shared_secret must not stand in the policy: put it into a file and name that with shared_secret_file, or")]
    [InlineData("jarvice: {apikey: changeme}", "line 10: jarvice.base_url is missing")]
    [InlineData("jarvice: {base_url: https://a.example, username: u, apikey: changeme}", "line 10: jarvice.apikey must not stand in the policy")]
    [InlineData("credentials: {ci: {secret: changeme}}", "line 10: credentials.ci.secret must not stand in the policy")]
    [InlineData("credentials: {ci: {secret_file: a, secret_env: b}}", "line 10: credentials.ci.secret_file and secret_env are both there")]
    [InlineData("credentials: {shared: {secret_file: a}}", "line 10: credentials has the id shared")]
    [InlineData("credentials: {Ci: {secret_file: a}}", "line 10: credentials.Ci must be")]
    [InlineData("credentials: {ci: {secret_file: a, scheme: changeme}}", "line 10: credentials.ci.scheme must be plain or hmac or both.")]
    [InlineData("credentials: {ci: {secret_file: a, not_after: tomorrow}}", "line 10: credentials.ci.not_after must be a moment")]
    [InlineData("scirpt: changeme", "line 10: scirpt is not known")]
    [InlineData("\"a changeme\": 1", "line 10: a key in this line is not known")]
    [InlineData("caps: {accuont: 1}", "line 10: caps.accuont is not known")]
    [InlineData("caps: {foreign_jobs: 1}", "line 10: caps.foreign_jobs must be true or false")]
    [InlineData("caps: {account: 0}", "line 10: caps.account must be a whole number from 1")]
    [InlineData("caps: changeme", "line 10: caps must be a section")]
    [InlineData("budget: {day: 10}", "line 1: price_ceiling is missing")]
    [InlineData("price_ceiling: -1", "line 10: price_ceiling must be an amount")]
    [InlineData("price_ceiling: NaN", "line 10: price_ceiling must be an amount")]
    [InlineData("image: changeme", "line 10: this is no YAML, or a key stands here twice")]
    [InlineData("nodes: &a 1", "line 10: anchors and aliases are not read")]
    [InlineData("nodes: !!int 1", "line 10: tags are not read")]
    [InlineData("enabled: !System.Diagnostics.Process {}", "line 10: tags are not read")]
    [InlineData("nodes: [[[[[[[1]]]]]]]", "line 10: sections lie too deep")]
    [InlineData("enabled: maybe", "line 10: enabled must be true or false.")]
    [InlineData("listen: 0.0.0.0:3237", "line 10: listen reaches beyond this machine")]
    [InlineData("listen: \"3237\"", "line 10: listen reaches beyond this machine")]
    [InlineData("listen: localhost", "line 10: listen must be a port")]
    [InlineData("listen: 127.0.0.1", "line 10: listen must be a port")]
    [InlineData("certificate_file: a", "line 10: certificate_file and key_file go together")]
    [InlineData("proxies: {trusted: everyone}", "line 10: proxies.trusted must be addresses")]
    [InlineData("parameters: {Branch: {pattern: a}}", "line 10: parameters.Branch can be no name")]
    [InlineData("parameters: {h: {pattern: a}}", "line 10: parameters.h can be no name")]
    [InlineData("parameters: {branch: {}}", "line 10: parameters.branch.pattern or values")]
    [InlineData("parameters: {branch: {pattern: a, values: [a]}}", "line 10: parameters.branch.pattern or values")]
    [InlineData("parameters: {branch: {pattern: \"(\"}}", "line 10: parameters.branch.pattern must be a regular expression")]
    [InlineData("parameters: {branch: {pattern: a, default: changeme}}", "line 10: parameters.branch.default is not what")]
    [InlineData("jarvice: {base_url: http://a.example, username: u, key_file: f}", "line 10: jarvice.base_url must be an https address")]
    [InlineData("jarvice: {base_url: https://u:changeme@a.example, username: u, key_file: f}", "line 10: jarvice.base_url must be an https address")]
    [InlineData("jarvice: {base_url: https://a.example, username: u, key_file: f, get_calls: submit}", "line 10: jarvice.get_calls must be calls of jobs, ")]
    [InlineData("shared_secret: {file: a, env: b}", "line 10: shared_secret.file and env are both there")]
    [InlineData("shared_secret: {secret: changeme}", "line 10: shared_secret.file is missing")]
    [InlineData("executor: none", "line 10: executor must be docker or process.")]
    [InlineData("on_disconnect: stop", "line 10: on_disconnect must be keep or cancel.")]
    public void A_mistake_is_named_with_line_key_and_remedy_and_never_with_its_value(string more, string said) => Refused(MinimalPolicy + more, said);

    [Theory]
    [InlineData("image: t1\n", "", "line 1: image is missing")]
    [InlineData("image: t1\n", "image:\n", "line 1: image needs a text.")]
    [InlineData("max_time_minutes: 40", "max_time_minutes: -40", "line 3: max_time_minutes must be an amount")]
    [InlineData("max_time_minutes: 40", "max_time_minutes: 4e1", "line 3: max_time_minutes must be an amount")]
    [InlineData("max_time_minutes: 40", "max_time_minutes: 0.05", "line 3: max_time_minutes must be from 0.1 to 10080")]
    [InlineData("192.0.2.7", "$JENKINS_IP", "line 4: allowed_client_ip must be addresses")]
    [InlineData("192.0.2.7", "192.0.2.7/24", "line 4: allowed_client_ip must be addresses")]
    [InlineData("192.0.2.7", "[]", "line 4: allowed_client_ip is missing")]
    [InlineData("shared_secret_file: /etc/hybrid/secret\n", "", "line 1: shared_secret_file is missing, and so is credentials")]
    [InlineData("{commit_hash}", "changeme", "line 7: script has no {commit_hash}")]
    [InlineData("{commit_hash}", "{commit_hash} {branch}", "line 7: script has the token {branch}")]
    [InlineData("provider: local\n", "", "jarvice is missing")]
    public void Required_keys_have_to_be_present_and_valid(string part, string instead, string said) =>
        Refused(MinimalPolicy.Replace(part, instead, StringComparison.Ordinal), said);

    [Theory]
    [InlineData("")]
    [InlineData("changeme")]
    [InlineData("- changeme")]
    [InlineData("a: b: changeme")]
    [InlineData("\"changeme")]
    [InlineData("---\na: 1\n---\nb: 2\n")]
    public void A_text_that_is_no_policy_is_rejected(string text) => Refused(text, "");

    [Fact]
    public void A_text_of_any_depth_or_length_is_rejected_without_a_crash()
    {
        Refused($"a: {new string('[', 100_000)}", "line 1: sections lie too deep");
        Refused(new string('#', PolicyYaml.MaxLength + 1), "the file is longer than");
    }

    [Fact]
    public void Another_text_is_another_version() =>
        Assert.NotEqual(PolicyParser.Parse(MinimalPolicy).Version, PolicyParser.Parse($"{MinimalPolicy}\n# \n").Version);

    private static void Refused(string text, string said)
    {
        var problem = Assert.Throws<PolicyException>(() => PolicyParser.Parse(text));

        Assert.StartsWith(said, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("changeme", problem.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", problem.Message, StringComparison.Ordinal);
    }
}
