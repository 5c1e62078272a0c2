using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>Lists of tasks: F1, R4, and paging as published clients do it.</summary>
public sealed class TaskListTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact(Timeout = 30_000)]
    public async Task R4_an_empty_list_is_an_empty_array()
    {
        var tenant = await silo.NewTenantAsync();

        Assert.Equal("""{"tasks":[]}""", (await tenant.Api.GetAsync($"{tenant.Project}/tasks")).Body);
        Assert.Equal("""{"codes":[]}""", (await tenant.Api.GetAsync($"{tenant.Project}/codes")).Body);
        Assert.Equal("""{"clusters":[]}""", (await tenant.Api.GetAsync("/2/clusters")).Body);
    }

    [Fact(Timeout = 30_000)]
    public async Task Pages_hold_thirty_or_what_is_asked_for_up_to_a_hundred_newest_first()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var entries = string.Join(',', Enumerable.Repeat("""{"code_name":"hello"}""", 120));
        var queued = (await tenant.PostTasksAsync($$"""{"tasks":[{{entries}}]}""")).Ok().GetProperty("tasks");
        var newest = queued.EnumerateArray().Select(task => task.GetProperty("id").GetString()!).Reverse().ToList();

        Assert.Equal(newest.Take(30), await tenant.ListAsync());
        Assert.Equal(newest.Skip(30).Take(30), await tenant.ListAsync("page=1"));
        Assert.Equal(newest.Take(100), await tenant.ListAsync("per_page=1000"));
        Assert.Equal(newest.Skip(100), await tenant.ListAsync("page=1&per_page=100"));
        Assert.Equal(newest.Take(1), await tenant.ListAsync("per_page=0"));
        Assert.Equal(newest.Take(30), await tenant.ListAsync("page=-1&per_page=many"));
        Assert.Empty(await tenant.ListAsync("page=101"));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("queued=1", true)]
    [InlineData("queued=%25!d(bool%3Dtrue)", true)]
    [InlineData("queued=true&running=1", true)]
    [InlineData("queued=0", true)]
    [InlineData("queued=&running=false", true)]
    [InlineData("running=1", false)]
    [InlineData("complete=1&error=1&cancelled=1&timeout=1&preparing=1", false)]
    [InlineData("killed=1", false)]
    [InlineData("killed=1&queued=1", true)]
    public async Task F1_a_state_counts_as_asked_for_by_any_value_but_empty_zero_and_false(string query, bool found)
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var task = await tenant.QueueAsync();

        Assert.Equal(found ? [task] : [], await tenant.ListAsync(query));
    }

    [Fact(Timeout = 30_000)]
    public async Task Filters_by_code_label_cluster_and_time_narrow_the_list()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var other = await tenant.NewClusterAsync("""{"name":"other"}""");
        await tenant.UploadAsync("""{"name":"we/ird: co.de","image":"busybox"}""");
        var first = await tenant.QueueAsync("\"label\":\"red\"");
        var second = await tenant.QueueAsync($"\"cluster\":\"{other}\"");
        var third = (await tenant.PostTasksAsync("""{"tasks":[{"code_name":"we/ird: co.de"}]}""")).Ok()
            .GetProperty("tasks")[0].GetProperty("id").GetString()!;
        var now = silo.Get<TimeProvider>().GetUtcNow().ToUnixTimeSeconds();

        Assert.Equal([first], await tenant.ListAsync("label=red"));
        Assert.Equal([second], await tenant.ListAsync($"cluster={other}"));
        Assert.Equal([second], await tenant.ListAsync("cluster=other"));
        Assert.Equal([third], await tenant.ListAsync("code_name=we%2Fird%3A%20co.de"));
        Assert.Equal([third, second, first], await tenant.ListAsync("code_name=&label=&cluster="));
        Assert.Equal([third, second, first], await tenant.ListAsync($"from_time={now - 60}&to_time={now + 60}"));
        Assert.Equal([third, second, first], await tenant.ListAsync("from_time=42.5"));
        Assert.Empty(await tenant.ListAsync($"from_time={now + 60}"));
        Assert.Empty(await tenant.ListAsync("to_time=59"));
        Assert.Empty(await tenant.ListAsync("from_time=1e30"));
    }
}
