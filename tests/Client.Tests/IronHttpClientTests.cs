using OrleansHybrid.Support.Iron;

namespace OrleansHybrid.Client.Tests;

public sealed class IronHttpClientTests
{
    private const string Get = $"GET {ClientFixture.Project}/tasks/{ClientFixture.TaskId}";

    [Fact(Timeout = 10_000)]
    public async Task A_redirect_does_not_carry_the_token_elsewhere()
    {
        await using var test = await ClientFixture.StartAsync();
        await using var elsewhere = await FakeIronServer.StartAsync();
        test.Server.On(Get, FakeResponse.Error(302, "moved") with
        {
            Headers = new Dictionary<string, string> { ["Location"] = elsewhere.Url.AbsoluteUri },
        });

        var trouble = await Assert.ThrowsAsync<HybridException>(
            () => test.Client.Tasks.GetAsync(ClientFixture.TaskId));

        Assert.Equal(302, (int)trouble.Status!);
        Assert.Empty(elsewhere.Requests);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("<html>hello</html>")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("""{"tasks":"none"}""")]
    public async Task A_response_of_another_kind_of_server_is_an_error(string body)
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(Get, FakeResponse.Text(body));

        var trouble = await Assert.ThrowsAsync<HybridException>(
            () => test.Client.Tasks.GetAsync(ClientFixture.TaskId));

        Assert.Contains("check the server's address", trouble.Message, StringComparison.Ordinal);
        Assert.False(trouble.IsTransient);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("http://jobs.internal:8080", false, false)]
    [InlineData("http://10.0.0.7/", false, false)]
    [InlineData("http://jobs.internal:8080", true, true)]
    [InlineData("https://jobs.internal", false, true)]
    [InlineData("http://localhost:8080", false, true)]
    [InlineData("http://127.0.0.9:8080", false, true)]
    [InlineData("http://[::1]:8080", false, true)]
    [InlineData("ftp://jobs.internal", true, false)]
    public async Task A_token_travels_in_the_clear_only_on_purpose(string url, bool allow, bool accepted)
    {
        await Task.Yield();
        var options = new HybridClientOptions { BaseUrl = new Uri(url), Token = "t", AllowHttp = allow };

        var problem = Record.Exception(() => new HybridClient(options).Dispose());

        Assert.Equal(accepted, problem is null);
        Assert.True(accepted || problem is ArgumentException);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("line\nbreak")]
    [InlineData("Zoë")]
    public async Task A_token_that_is_none_is_rejected_and_not_repeated(string token)
    {
        await Task.Yield();
        var options = new HybridClientOptions { BaseUrl = new Uri("https://jobs.internal"), Token = token };

        var problem = Assert.Throws<ArgumentException>(() => new HybridClient(options));

        Assert.True(token.Length == 0 || !problem.Message.Contains(token, StringComparison.Ordinal));
        Assert.DoesNotContain("Token", options.ToString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_prefix_in_front_of_the_api_is_kept()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On("GET /cloud/3/clusters", FakeResponse.Json("""{"clusters":[]}"""));
        var client = test.CreateClient(options => options with
        {
            BaseUrl = new Uri(test.Server.Url, "cloud"),
            ApiVersion = "3",
        });

        Assert.Empty(await client.Clusters.ListAsync());
    }
}
