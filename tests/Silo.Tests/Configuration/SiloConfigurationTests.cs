using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Configuration;

/// <summary>Settings from all their sources, and what is said of wrong ones.</summary>
public sealed class SiloConfigurationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-settings-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_command_line_beats_the_environment()
    {
        var settings = Read(
            ["--public-url", "https://a.example/x", "--log-format=json", "--urls", "http://127.0.0.1:1;http://[::1]:2"],
            ("HYBRID_PUBLIC_URL", "https://b.example"), ("HYBRID_DATA", "somewhere"));

        Assert.Equal("https://a.example/x", settings.Read<ServerOptions>().PublicUrl);
        Assert.Equal(Path.GetFullPath("somewhere"), settings.Read<StoreOptions>().DataDirectory);
        Assert.Equal(["http://127.0.0.1:1", "http://[::1]:2"], settings.Read<ServerOptions>().Urls);
        Assert.True(settings.Read<LogOptions>().IsJson);
    }

    [Fact]
    public void The_launcher_is_there_only_with_a_policy()
    {
        Assert.Null(Read([]).GetSetting("HYBRID_LAUNCHER_POLICY"));
        Assert.Equal("a.yaml", Read(["--launcher-policy", "a.yaml"]).GetSetting("HYBRID_LAUNCHER_POLICY"));
        Assert.Equal("b.yaml", Read([], ("HYBRID_LAUNCHER_POLICY", "b.yaml")).GetSetting("HYBRID_LAUNCHER_POLICY"));
    }

    [Fact]
    public void Without_settings_it_listens_on_loopback_and_stores_in_a_file()
    {
        var (settings, api) = (Read([]), Read([]).Read<ApiOptions>());

        Assert.Equal(["http://127.0.0.1:8080"], settings.Read<ServerOptions>().Urls);
        Assert.Null(settings.Read<StoreOptions>().Database);
        Assert.Equal((65_536, TimeSpan.FromSeconds(30)), (api.PayloadLimit, api.PollTime));
    }

    [Fact]
    public void The_file_beside_the_program_says_the_defaults()
    {
        var file = new ConfigurationBuilder().AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json")).Build();
        var leaves = file.AsEnumerable().Where(pair => pair.Value is not null).Select(pair => pair.Key).ToList();
        var (said, api, log) = (file.Read<ApiOptions>(), new ApiOptions(), new LogOptions());

        Assert.NotEmpty(leaves);
        Assert.All(leaves, key => Assert.Contains(key, SiloConfiguration.Keys.Values));
        Assert.Equal(new ServerOptions().Urls, file.Read<ServerOptions>().Urls);
        Assert.Equal(
            (api.PayloadLimit, api.ScheduleLimit, api.UploadLimit, api.LogLimit),
            (said.PayloadLimit, said.ScheduleLimit, said.UploadLimit, said.LogLimit));
        Assert.Equal((log.IsJson, log.Level), (file.Read<LogOptions>().IsJson, file.Read<LogOptions>().Level));
    }

    [Fact]
    public void A_folder_of_secrets_beats_the_environment_and_the_command_line_beats_both()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "HYBRID_POSTGRES"), "Host=db;Password=x\n");
        File.WriteAllText(Path.Combine(_folder.FullName, "HYBRID_PUBLIC_URL"), "https://folder.example\n");
        File.WriteAllText(Path.Combine(_folder.FullName, "unknown"), "x");
        (string, string)[] environment = [("HYBRID_SECRETS", _folder.FullName), ("HYBRID_POSTGRES", "Host=other"), ("HYBRID_PUBLIC_URL", "https://env.example")];

        Assert.Equal("Host=db;Password=x", Read([], environment).Read<StoreOptions>().Database);
        Assert.Equal("https://folder.example/", Read([], environment).Read<ServerOptions>().PublicUrl);
        Assert.Equal("https://line.example/", Read(["--public-url", "https://line.example"], environment).Read<ServerOptions>().PublicUrl);
    }

    [Fact]
    public void A_folder_of_secrets_that_is_not_there_is_named()
    {
        var wrong = Assert.Throws<ConfigurationException>(() => Read(["--secrets", Path.Combine(_folder.FullName, "none")]));

        Assert.Equal("HYBRID_SECRETS names a folder that can't be read: check its path and rights.", wrong.Message);
    }

    [Fact]
    public void A_file_beats_the_variable_that_it_stands_for_and_one_that_can_not_be_read_is_named()
    {
        var file = Path.Combine(_folder.FullName, "postgres");
        (string, string)[] environment = [("HYBRID_POSTGRES", "Host=other"), ("HYBRID_POSTGRES_FILE", file)];

        var wrong = Assert.Throws<ConfigurationException>(() => Read([], environment));
        File.WriteAllText(file, " Host=db\n");

        Assert.Equal("HYBRID_POSTGRES_FILE names a file that can't be read: check its path and rights.", wrong.Message);
        Assert.Equal("Host=db", Read([], environment).Read<StoreOptions>().Database);
    }

    [Fact]
    public void All_wrong_settings_are_named_at_once_a_line_each()
    {
        var wrong = Assert.Throws<ConfigurationException>(() => Read(
            ["--payload-limit", "1", "--log-level", "loud", "--silo", "x"], ("HYBRID_URLS", "ftp://hidden")));

        Assert.Equal(
            ["HYBRID_URLS", "HYBRID_SILO", "HYBRID_SILO", "HYBRID_CERTIFICATES", "HYBRID_PAYLOAD_LIMIT", "HYBRID_LOG_LEVEL"],
            wrong.Message.Split('\n').Select(line => line.Split(' ')[0]));
        Assert.DoesNotContain("hidden", wrong.Message);
    }

    [Fact]
    public void A_host_with_a_wrong_setting_does_not_start()
    {
        var services = new ServiceCollection();
        services.AddControlPlaneOptions(SiloConfiguration.CreateFrom([new("HYBRID_LOG_LIMIT", "1"), new("HYBRID_DATA", _folder.FullName)]));
        using var provider = services.BuildServiceProvider();

        var wrong = Assert.Throws<OptionsValidationException>(provider.GetRequiredService<IStartupValidator>().Validate);

        Assert.StartsWith("HYBRID_LOG_LIMIT must be", wrong.Message);
    }

    [Theory]
    [InlineData("--urls", "nonsense", "HYBRID_URLS")]
    [InlineData("--urls", ";", "HYBRID_URLS")]
    [InlineData("--urls", "ftp://127.0.0.1", "HYBRID_URLS")]
    [InlineData("--public-url", "jobs.example", "HYBRID_PUBLIC_URL")]
    [InlineData("--public-url", "http://me:hidden@jobs.example", "HYBRID_PUBLIC_URL")]
    [InlineData("--silo", "10.0.0.5", "HYBRID_SILO")]
    [InlineData("--silo", "10.0.0.5:1:99999", "HYBRID_SILO")]
    [InlineData("--log-format", "xml", "HYBRID_LOG_FORMAT")]
    [InlineData("--payload-limit", "64k", "HYBRID_PAYLOAD_LIMIT")]
    [InlineData("--payload-limit", "9999999", "HYBRID_PAYLOAD_LIMIT")]
    [InlineData("--upload-limit", "64M", "HYBRID_UPLOAD_LIMIT")]
    [InlineData("--upload-limit", "9999999999", "HYBRID_UPLOAD_LIMIT")]
    [InlineData("--log-limit", "10M", "HYBRID_LOG_LIMIT")]
    [InlineData("--log-limit", "4095", "HYBRID_LOG_LIMIT")]
    [InlineData("--runtime-images", "ruby", "HYBRID_RUNTIME_IMAGES")]
    [InlineData("--runtime-images", "ruby=--privileged", "HYBRID_RUNTIME_IMAGES")]
    [InlineData("--runtime-images", "ruby=a;Ruby=b", "HYBRID_RUNTIME_IMAGES")]
    [InlineData("--leave-seconds", "-1", "HYBRID_LEAVE_SECONDS")]
    [InlineData("--leave-seconds", "21", "HYBRID_LEAVE_SECONDS")]
    public void A_wrong_setting_is_named_with_the_remedy_and_without_its_value(string option, string value, string name)
    {
        var wrong = Assert.Throws<ConfigurationException>(() => Read([option, value]));

        Assert.StartsWith($"{name} ", wrong.Message);
        Assert.EndsWith(".", wrong.Message);
        Assert.DoesNotContain("hidden", wrong.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0, "--leave-seconds", "0")]
    [InlineData(5, "--silo", "10.0.0.5:11111:30000")]
    [InlineData(9, "--silo", "10.0.0.5:11111:30000", "--leave-seconds", "9")]
    public void One_of_several_silos_takes_longer_to_leave_than_one_alone(int seconds, params string[] arguments) => Assert.Equal(
        TimeSpan.FromSeconds(seconds), ReadOfMany([.. arguments, "--certificates", TestCertificates.Shared.Silo.Folder]).Read<ServerOptions>().ShutdownDelay);

    [Theory]
    [InlineData("is missing")]
    [InlineData("can't be used: /nowhere/silo.crt can't be read", "--certificates", "/nowhere")]
    public void V2_without_certificates_no_port_is_opened(string why, params string[] arguments)
    {
        string[] silo = ["--silo", "127.0.0.1:11111:30000"];

        var wrong = Assert.Throws<ConfigurationException>(() => ReadOfMany([.. silo, .. arguments]));

        Assert.StartsWith($"HYBRID_CERTIFICATES {why}", wrong.Message);
    }

    [Theory]
    [InlineData("a", "--data", "a")]
    [InlineData("a", "--data=a")]
    [InlineData("a=b:c", "--data=a=b:c")]
    [InlineData("@a", "--data", "@a")]
    [InlineData("b", "--data", "a", "--data=b")]
    [InlineData("c", "--data=")]
    [InlineData("c", "--data", " ")]
    public void An_option_is_written_in_either_form_the_last_one_counts_and_a_blank_one_is_none(string data, params string[] arguments)
    {
        var options = Read(arguments).Read<StoreOptions>();

        Assert.Equal(data == "c" ? Read([]).Read<StoreOptions>().DataDirectory : Path.GetFullPath(data), options.DataDirectory);
    }

    private static IConfiguration ReadOfMany(string[] arguments) => Read(arguments, ("HYBRID_POSTGRES", "Host=db"));

    private static IConfiguration Read(string[] arguments, params (string Name, string Value)[] environment) =>
        SiloArguments.Read(arguments, name => environment.FirstOrDefault(pair => pair.Name == name).Value);
}
