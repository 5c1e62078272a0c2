using System.Text;
using OrleansHybrid.Fakes;
using OrleansHybrid.Launcher.Domain;

namespace OrleansHybrid.Launcher.Tests.Jarvice;

/// <summary>Whatever a server sends, a call ends with a value of ours or with one kind of exception.</summary>
public sealed class JarviceResponseFuzzTests
{
    private const int Rounds = 400;

    private static readonly string[] Names =
        ["1000", "number", "job_status", "job_label", "job_start_time", "job_stats", "compute_cost", "mc_price", "mc_max_concurrent", "\\u0000", "-1", "x"];

    private static readonly string[] Values =
        ["1e999999", "-0", "99999999999999999999999999999999", "1.7976931348623157E+308", "\"\\uD800\"", "\"NaN\"", "\"COMPLETED\"", "\"\\u001b[2J\"",
            "253402300799", "253402300800", "-62135596801", "0.1", "true", "null", "[]", "{}", "\"\"", "12"];

    [Fact(Timeout = 120_000)]
    public async Task Random_json_never_breaks_a_call()
    {
        await using var under = await JarviceProviderFixture.StartAsync();
        var (chance, values, refusals) = (new Random(5), 0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var call = chance.Next(4);
            var body = chance.Next(10) == 0 ? Corrupt(chance, Json(chance, 0)) : Json(chance, 0);
            under.Fake.Faults.Plan(new[] { "batch", "jobs", "status", "machines" }[call], Fault.Responds(200, "application/json", body));
            try
            {
                await CallAsync(under, call);
                values++;
            }
            catch (ProviderException ex)
            {
                Assert.Equal(ProviderErrorKind.BadReply, ex.Kind);
                refusals++;
            }
        }

        Assert.InRange(values, 10, Rounds - 10);
        Assert.InRange(refusals, 10, Rounds - 10);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(14, true)]
    [InlineData(17, false)]
    [InlineData(100_000, false)]
    public async Task Nesting_is_read_to_its_limit_and_no_further(int depth, bool isRead)
    {
        await using var under = await JarviceProviderFixture.StartAsync();
        var nested = new string('[', depth) + new string(']', depth);
        under.Fake.Faults.Plan("machines", Fault.Responds(200, "application/json", $$$"""{"m": {"x": {{{nested}}} } }"""));

        var call = under.Provider.MachinesAsync(default);

        if (isRead)
        {
            Assert.Equal([new MachineType("m", null, null)], await call);
        }
        else
        {
            Assert.Equal(ProviderErrorKind.BadReply, (await Assert.ThrowsAsync<ProviderException>(() => call)).Kind);
        }
    }

    [Theory(Timeout = 60_000)]
    [InlineData("""{"1000": {"job_status": "COMPLETED"}, "1000": {"job_status": "SUBMITTED"}}""")]
    [InlineData("""{"1000": {"job_status": "COMPLETED", "job_status": "SUBMITTED"}}""")]
    [InlineData("""{"1000": "COMPLETED"}""")]
    [InlineData("""{"+1000": {}}""")]
    [InlineData("""{"1000 ": {}}""")]
    [InlineData("""{"١٠٠٠": {}}""")]
    [InlineData("""{"error": "x"}""")]
    [InlineData("""[{"job_number": 1000}]""")]
    public async Task A_list_of_jobs_that_can_be_read_in_two_ways_is_not_read(string body)
    {
        await using var under = await JarviceProviderFixture.StartAsync();
        under.Fake.Faults.Plan("jobs", Fault.Responds(200, "application/json", body));

        var refused = await Assert.ThrowsAsync<ProviderException>(() => under.Provider.JobsAsync(ended: false, default));

        Assert.Equal(ProviderErrorKind.BadReply, refused.Kind);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("gx:ci\\u0000", null)]
    [InlineData("gx:ci\\n", null)]
    [InlineData("", null)]
    [InlineData("gx:ci:0f3c9d:a1", "gx:ci:0f3c9d:a1")]
    public async Task A_label_is_kept_as_it_is_or_not_at_all(string sent, string? kept)
    {
        await using var under = await JarviceProviderFixture.StartAsync();
        under.Fake.Faults.Plan("jobs", Fault.Responds(200, "application/json", $$$"""{"7": {"job_label": "{{{sent}}}"}}"""));

        Assert.Equal(kept, Assert.Single(await under.Provider.JobsAsync(ended: false, default)).Label);
    }

    private static Task CallAsync(JarviceProviderFixture under, int call) => call switch
    {
        0 => under.Provider.SubmitAsync(JarviceProviderFixture.Job, default),
        1 => under.Provider.JobsAsync(ended: false, default),
        2 => under.Provider.StatusAsync(1000, default),
        _ => under.Provider.MachinesAsync(default),
    };

    private static string Json(Random random, int depth)
    {
        if (depth > 0 && random.Next(4 - Math.Min(depth, 3)) == 0)
        {
            return Values[random.Next(Values.Length)];
        }

        var members = Enumerable.Range(0, random.Next(4))
            .Select(_ => $"\"{Names[random.Next(Names.Length)]}\": {Json(random, depth + 1)}");
        return depth == 0 || random.Next(5) > 0 ? $"{{{string.Join(',', members)}}}" : $"[{Json(random, depth + 1)}]";
    }

    private static string Corrupt(Random random, string json)
    {
        var letters = new StringBuilder(json);
        letters[random.Next(letters.Length)] = "\"{}[],:\\\0é"[random.Next(10)];
        return letters.ToString();
    }
}
